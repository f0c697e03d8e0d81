import { defineCause } from '../cause.ts'

/** Our own breakdown: it is not shown that the anomaly happened. */
export const notProven = defineCause({
  name: 'not-proven',
  title: 'the anomaly is not proven',
  find: ({ trial: { verdict, proof, reason } }) =>
    verdict === 'inconclusive' && proof.found < Math.max(1, proof.frames) ? [reason] : [],
})

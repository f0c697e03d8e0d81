import { defineCause } from '../cause.ts'

/** The stack was not shown to listen at the time. */
export const notListening = defineCause({
  name: 'not-listening',
  title: 'the stack was not shown to listen',
  find: ({ trial: { verdict, proof, reason, latencyMs } }) =>
    verdict === 'inconclusive' && proof.frames > 0 && proof.found >= proof.frames && latencyMs === null ? [reason] : [],
})

import { defineCause } from '../cause.ts'

/** Nobody who could have seen it. */
export const noMonitor = defineCause({
  name: 'no-monitor',
  title: 'no monitor of the layer',
  find: ({ trial }) => (trial.verdict === 'not-applicable' ? [trial.reason] : []),
})

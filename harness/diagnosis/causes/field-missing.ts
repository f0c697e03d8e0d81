import { defineCause } from '../cause.ts'

/** The expected alert came without a field that the scenario requires. */
export const fieldMissing = defineCause({
  name: 'field-missing',
  title: 'a required field is not in the alert',
  find: ({ trial: { shortfall, reason } }) => (shortfall === 'fields' ? [reason] : []),
})

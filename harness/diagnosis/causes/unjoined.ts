import { bestJoin } from '../../correlation/join.ts'
import { defineCause } from '../cause.ts'

/** The alert came, but what was recorded of the connection does not lead to its process. */
export const unjoined = defineCause({
  name: 'unjoined',
  title: 'the process behind the connection is not told',
  find: ({ trial: { verdict, joins = [] } }) => {
    if (verdict === 'detected' || bestJoin(joins)?.outcome === 'joined') return []
    return joins.map(({ network, process, reason, missing }) => {
      const lacking = missing.length === 0 ? '' : ` There was nothing to compare in ${missing.join(', ')}.`
      return `${network} with ${process}: ${reason}${lacking}`
    })
  },
})

import { bestJoin, type Join } from '../correlation/join.ts'

/**
 * What keeps an alert from being told together with its process and its connection: the best of the joins, with a reason
 * that goes on after `but`. Null where one pair of monitors joined them, or none was asked to.
 */
export function unjoined(joins: readonly Join[]): Pick<Join, 'outcome' | 'reason'> | null {
  const best = bestJoin(joins)
  if (best === null || best.outcome === 'joined') return null
  const { outcome, network, process, reason } = best
  const what = `what ${network} recorded of the connection`
  const why = reason.slice(0, 1).toLowerCase() + reason.slice(1)
  if (outcome === 'inconclusive')
    return { outcome, reason: `it cannot be said whether ${what} leads to its process: ${reason}` }
  return { outcome, reason: `${what} does not lead to its process in ${process}: ${why}` }
}

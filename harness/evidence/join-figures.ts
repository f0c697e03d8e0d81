import { type JoinOutcome, joinOutcomes } from '../correlation/join.ts'
import { wilson } from '../verdict/stats.ts'
import type { RecordedTrial } from './record.ts'

/** How often what two monitors recorded could be put together. The scenario is the unit; its worst trial counts. */
export interface JoinFigures {
  /** The monitor of packets, and the monitor of processes. */
  network: string
  process: string
  /** Joined, of the scenarios that could be decided; `interval` is Wilson's, 95%; null where n is 0. */
  joined: { k: number; n: number; interval: { low: number; high: number } | null }
  /** Ids of the scenarios by what came of them; those that could not be decided are in no rate. */
  scenarios: Record<JoinOutcome, string[]>
}

const worstFirst: readonly JoinOutcome[] = ['impossible', 'mistaken', 'ambiguous', 'inconclusive', 'joined']

/** The join rates of a campaign, one for each pair of monitors, in the order of the trials; empty where nothing asks for one. */
export function joinFigures(trials: readonly Pick<RecordedTrial, 'scenario' | 'joins'>[]): JoinFigures[] {
  const pairs = new Map<string, { network: string; process: string; byScenario: Map<string, JoinOutcome[]> }>()
  for (const { scenario, joins = [] } of trials)
    for (const { network, process, outcome } of joins) {
      const key = JSON.stringify([network, process])
      const pair = pairs.get(key) ?? { network, process, byScenario: new Map<string, JoinOutcome[]>() }
      pairs.set(key, pair)
      pair.byScenario.set(scenario, [...(pair.byScenario.get(scenario) ?? []), outcome])
    }
  return [...pairs.values()].map(({ network, process, byScenario }) => {
    const of = (wanted: JoinOutcome) =>
      [...byScenario].filter(([, list]) => worstFirst.find((each) => list.includes(each)) === wanted).map(([id]) => id)
    const scenarios = Object.fromEntries(joinOutcomes.map((each) => [each, of(each)])) as JoinFigures['scenarios']
    const k = scenarios.joined.length
    const n = byScenario.size - scenarios.inconclusive.length
    return { network, process, joined: { k, n, interval: n === 0 ? null : wilson(k, n) }, scenarios }
  })
}

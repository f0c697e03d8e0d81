import { type Figures, isDecided, type Rate, type ScenarioFigures, share } from '../harness/evidence/figures.ts'
import type { Layer } from '../harness/monitors/observation.ts'
import type { SightState } from './layers.ts'

/** How one layer did on one class of scenarios. */
export interface ClassSight {
  layer: Layer
  /** `part`: some of them. `blind`: it should have seen at least one and saw none. */
  state: SightState
  /** Scenarios of which it saw every decided trial, of those decided. */
  seen: number
  of: number
}

/** Scenarios of one clause that begin with the same word, taken together. */
export interface ScenarioClass {
  clause: string
  /** `dns-*`, as `--only` takes it, or `others` for the small ones of a clause. */
  name: string
  scenarios: number
  detected: Rate
  layers: ClassSight[]
}

/** A class of fewer scenarios goes to the others of its clause. */
const leastInClass = 4

/** Scenario class by telemetry layer. The class is the clause and the first word of the id. Pure. */
export function scenarioClasses({ scenarios }: Pick<Figures, 'scenarios'>): ScenarioClass[] {
  const word = ({ scenario }: ScenarioFigures) => scenario.id.split('-')[0] ?? scenario.id
  const clauses = [...new Set(scenarios.map(({ scenario }) => scenario.clause))].sort()
  return clauses.flatMap((clause) => {
    const own = scenarios.filter(({ scenario }) => scenario.clause === clause)
    const byWord = groupBy(own, word)
    const large = [...byWord]
      .filter(([, list]) => list.length >= leastInClass)
      .sort(([one], [other]) => (one < other ? -1 : 1))
    const small = own.filter((one) => !large.some(([name]) => name === word(one)))
    const all: [string, ScenarioFigures[]][] = [
      ...large.map(([name, list]): [string, ScenarioFigures[]] => [`${name}-*`, list]),
      ...(small.length > 0 ? [['others', small] as [string, ScenarioFigures[]]] : []),
    ]
    return all.map(([name, list]) => classOf(clause, name, list))
  })
}

function groupBy(
  list: readonly ScenarioFigures[],
  key: (one: ScenarioFigures) => string,
): Map<string, ScenarioFigures[]> {
  const groups = new Map<string, ScenarioFigures[]>()
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one])
  return groups
}

function classOf(clause: string, name: string, list: readonly ScenarioFigures[]): ScenarioClass {
  const decided = list.filter(isDecided)
  const layers = (list[0]?.layers ?? []).map(({ layer, monitored }, index): ClassSight => {
    const sights = decided.flatMap((one) => one.layers[index] ?? [])
    const seen = sights.filter((sight) => sight.of > 0 && sight.seen === sight.of).length
    const of = sights.length
    const isExpected = sights.some((sight) => sight.expected)
    const state =
      !monitored || of === 0 ? 'none' : seen === of ? 'saw' : seen > 0 ? 'part' : isExpected ? 'blind' : 'not'
    return { layer, state, seen, of }
  })
  return {
    clause,
    name,
    scenarios: list.length,
    detected: share(decided, ({ outcome }) => outcome === 'detected'),
    layers,
  }
}

import type { RecordedScenario } from '../evidence/record.ts'
import type { Selector } from './control-mapping.ts'

/** What a selector looks at. */
export type Selectable = Pick<RecordedScenario, 'id' | 'clause' | 'telemetry'> & {
  attack: Pick<RecordedScenario['attack'], 'techniques'>
}

/** Whether a selector picks a scenario; an absent one picks all. Every given list must match, and in a list any entry. */
export function bearsOn(selector: Selector | undefined, scenario: Selectable): boolean {
  const { clauses, techniques, ids, layers } = selector ?? {}
  return (
    (!clauses || clauses.some((clause) => clause === scenario.clause)) &&
    (!techniques || scenario.attack.techniques.some((one) => techniques.some((each) => isOf(one, each)))) &&
    (!ids || ids.some((pattern) => globOf(pattern).test(scenario.id))) &&
    (!layers || scenario.telemetry.some((layer) => layers.includes(layer)))
  )
}

/** A technique counts as its parent too: T1595.002 is a T1595. */
function isOf(technique: string, wanted: string): boolean {
  return technique === wanted || technique.startsWith(`${wanted}.`)
}

function globOf(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`)
}

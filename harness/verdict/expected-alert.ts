import type { Observation } from '../monitors/observation.ts'
import type { Expectation } from '../scenario/schema.ts'
import { missingFields } from './fields.ts'
import type { Strength } from './verdict.ts'

/** An observation with how it was tied to its trial. */
export interface AttributedObservation {
  observation: Observation
  strength: Strength
}

/** How far an alert is from being the expected one; `rule` and `missing` say what, where it applies. */
export type Fit =
  | { kind: 'expected' }
  | { kind: 'late'; within: number }
  | { kind: 'time-only' }
  | { kind: 'fields'; missing: string[] }
  | { kind: 'other-rule' }

/** From near to far. */
const nearness = ['expected', 'late', 'fields', 'time-only', 'other-rule'] as const satisfies readonly Fit['kind'][]

/** The best of several judgements of one alert, or of several alerts. */
export function isNearer(one: Fit, other: Fit): boolean {
  return nearness.indexOf(one.kind) < nearness.indexOf(other.kind)
}

/** How well an alert that came `latencyMs` after the trial's first frame fits what the scenario expects. */
export function fitOf(
  { observation, strength }: AttributedObservation,
  latencyMs: number,
  expectation: Expectation,
  windowMs: number,
): Fit {
  let best: Fit = { kind: 'other-rule' }
  for (const expected of expectation.alert) {
    if (!namesRule(expected.rules, observation)) continue
    const missing = missingFields(observation.raw, expected.fields)
    const within = expected.within ?? windowMs
    const fit: Fit =
      strength === 'time'
        ? { kind: 'time-only' }
        : missing.length > 0
          ? { kind: 'fields', missing }
          : latencyMs > within
            ? { kind: 'late', within }
            : { kind: 'expected' }
    if (isNearer(fit, best)) best = fit
  }
  return best
}

/** No rule named: any alert counts. Otherwise the alert's product must be named with a rule that fits by id or name. */
function namesRule(rules: Readonly<Record<string, readonly string[]>>, { rule }: Observation): boolean {
  if (Object.keys(rules).length === 0) return true
  if (rule === undefined || !Object.hasOwn(rules, rule.product)) return false
  return (rules[rule.product] ?? []).some((wanted) => wanted === rule.name || idFits(wanted, rule.id))
}

/** Whether an expected rule names this id: `2210xxx` stands for every number that begins with 2210 and is as long. */
export function idFits(wanted: string, id: string): boolean {
  if (wanted === id) return true
  return (
    /^\d+x+$/.test(wanted) &&
    wanted.length === id.length &&
    /^\d+$/.test(id) &&
    id.startsWith(wanted.replace(/x+$/, ''))
  )
}

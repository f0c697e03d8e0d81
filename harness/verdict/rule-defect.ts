import type { Observation } from '../monitors/observation.ts'
import type { Trial } from '../plan/trial.ts'
import type { KnownDefects } from '../scenario/schema.ts'
import type { AttributedObservation } from './expected-alert.ts'
import { alerted } from './reason.ts'
import type { Strength } from './verdict.ts'

/** What alerts on legal traffic come to. Met when the scenario names every one of them as a known defect of its product. */
export interface RuleDefect {
  verdict: 'rule-defect'
  reason: string
  met: boolean
  matchedBy: Strength
  decidedBy: AttributedObservation
}

/** Judges alerts on traffic that no rule should alert on, at least one. An alert that the scenario does not name decides. */
export function ruleDefect(alerts: readonly AttributedObservation[], known: KnownDefects): RuleDefect {
  const inOrder = alerts.toSorted((one, other) => one.observation.receivedAt - other.observation.receivedAt)
  const unnamed = inOrder.find(({ observation }) => whyMisfires(observation, known) === undefined)
  const decidedBy = unnamed ?? inOrder[0]
  if (decidedBy === undefined) throw new RangeError('no alert to judge')
  const said = `${alerted(decidedBy.observation)} on legal traffic`
  const more = alerts.length > 1 ? `, and ${alerts.length - 1} more` : ''
  const why = whyMisfires(decidedBy.observation, known)
  const reason =
    why === undefined
      ? `${said}${more}. The scenario does not name this as a known defect of the rule.`
      : `${said}${more}. That is a known defect of the rule: ${why.replace(/\.$/, '')}.`
  return { verdict: 'rule-defect', reason, met: unnamed === undefined, matchedBy: decidedBy.strength, decidedBy }
}

/**
 * Whether an alert says nothing of the anomaly, as its rule is known to alert on the benign twin too, and the scenario does not
 * ask for it by name.
 */
export function isBesideThePoint(observation: Observation, trial: Pick<Trial, 'expect' | 'knownDefects'>): boolean {
  const { expect, knownDefects } = trial
  const { rule } = observation
  if (rule === undefined || knownDefects === undefined || whyMisfires(observation, knownDefects) === undefined)
    return false
  return !expect.alert.some(({ rules }) =>
    rules[rule.product]?.some((wanted) => wanted === rule.id || wanted === rule.name),
  )
}

function whyMisfires({ rule }: Observation, known: KnownDefects): string | undefined {
  if (rule === undefined || !Object.hasOwn(known, rule.product)) return undefined
  const rules = known[rule.product] ?? {}
  const named = [rule.id, rule.name].find((name) => Object.hasOwn(rules, name))
  return named === undefined ? undefined : rules[named]
}

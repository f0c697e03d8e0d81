import type { LoadedScenario } from '../../harness/scenario/load.ts'
import {
  provokers,
  type Reasons,
  type ReasonClass,
  reasonClasses,
  type ShippedRule,
  shippedRules,
  switchedOn,
  unprovokedReasons,
} from './shipped-rules.ts'

/** What became of one shipped rule: the scenarios that provoke it, or the reason why none does. */
export interface AccountedRule extends ShippedRule {
  /** The sensor works with it. */
  loaded: boolean
  scenarios: LoadedScenario[]
  reason: Reasons[string] | null
}

/**
 * Every shipped rule, accounted for. A rule that the sensor leaves commented out is not provoked by what names it as a
 * known defect: it stays silent here.
 */
export function ruleAccount(library: readonly LoadedScenario[]): AccountedRule[] {
  const provoked = provokers(library)
  const reasons = unprovokedReasons()
  const on = switchedOn()
  return shippedRules().map((rule) => {
    const loaded = rule.active || on.has(rule.sid)
    return {
      ...rule,
      loaded,
      scenarios: loaded ? (provoked.get(rule.sid) ?? []) : [],
      reason: reasons[rule.sid] ?? null,
    }
  })
}

/** How many rules have which reason, in the order of the classes; classes without a rule are left out. */
export function reasonTotals(rules: readonly AccountedRule[]): [ReasonClass, number][] {
  const names = Object.keys(reasonClasses) as ReasonClass[]
  return names
    .map((name): [ReasonClass, number] => [name, rules.filter(({ reason }) => reason?.class === name).length])
    .filter(([, count]) => count > 0)
}

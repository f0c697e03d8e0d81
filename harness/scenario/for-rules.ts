import { tocsin } from '../monitors/tocsin-rule.ts'
import type { Expectation, LoadedScenario } from './schema.ts'

/** Rules that a campaign's stack works with: Tocsin's own among them, the product's alone, or an organisation's, which nobody here knows. */
export type RulesInUse = 'with-ours' | 'shipped' | 'theirs'

/** A scenario with what can be expected of a stack with these rules. */
export function forRules(scenario: LoadedScenario, rules: RulesInUse): LoadedScenario {
  if (rules === 'with-ours') return scenario
  const cases = scenario.cases.map((each) => ({ ...each, expect: expectationFor(each.expect, rules) }))
  return { ...scenario, ...(scenario.expect && { expect: expectationFor(scenario.expect, rules) }), cases }
}

/**
 * Where Tocsin's own rules are not loaded, an alert that names nothing else is not asked for: telemetry is all that is
 * left. An organisation has rules of its own for such things, so there any alert counts, unless the scenario names a rule
 * of a product as well.
 */
export function expectationFor(expect: Expectation, rules: RulesInUse): Expectation {
  if (rules === 'with-ours') return expect
  const named = expect.alert.filter(({ rules }) => !isOursAlone(rules)).map(withoutOurs)
  if (rules === 'shipped' || named.length > 0) return { ...expect, alert: named }
  return { ...expect, alert: expect.alert.map(withoutOurs) }
}

type ExpectedAlert = Expectation['alert'][number]

/** Whether an expected alert can only come from a rule of Tocsin's own. */
export function isOursAlone(rules: ExpectedAlert['rules']): boolean {
  const products = Object.keys(rules)
  return products.length === 1 && products[0] === tocsin
}

function withoutOurs(alert: ExpectedAlert): ExpectedAlert {
  const { [tocsin]: _, ...rules } = alert.rules
  return { ...alert, rules }
}

import type { Layer } from '../monitors/observation.ts'
import type { KnownDefects, LoadedScenario } from './schema.ts'

/** A scenario as a listing shows it. Plain data. */
export interface ScenarioDescription {
  id: string
  kind: LoadedScenario['kind']
  title: string
  clause: string
  description: string
  /** Path relative to the scenario folder. */
  file: string
  analytic: string
  techniques: string[]
  basis: string
  /** Generators of stimulus and control; a must-not-alert scenario has no stimulus. */
  stimulus: string | null
  control: string
  /** What the scenario asks for at least; `quiet` of one that must not alert. */
  expected: 'detected' | 'logged' | 'quiet'
  /** The rules that count, by product, over all cases, sorted; empty means any alert, or none where `expected` is `logged`. */
  rules: Record<string, string[]>
  telemetry: Layer[]
  /** Layers whose records of it must be to be put together; empty where that is not asked. */
  correlate: Layer[]
  /** Rules known to misfire, by product and rule with the reason; empty for an anomaly. */
  knownDefects: KnownDefects
  /** Labels of the cases; one empty label where there is no matrix. */
  cases: string[]
  assumptions: string[]
  limits: string[]
  references: string[]
}

/** What `tocsin list` and `tocsin show` say of a scenario. */
export function describe(scenario: LoadedScenario): ScenarioDescription {
  const { attack, expect } = scenario
  const asked = (expect?.alert ?? []).length > 0 ? 'detected' : 'logged'
  return {
    id: scenario.id,
    kind: scenario.kind,
    title: scenario.title,
    clause: scenario.clause,
    description: scenario.description,
    file: scenario.file,
    analytic: attack.analytic,
    techniques: attack.techniques,
    basis: attack.basis,
    stimulus: scenario.stimulus?.generator ?? null,
    control: scenario.control.generator,
    expected: scenario.kind === 'must-not-alert' ? 'quiet' : asked,
    rules: expectedRules(scenario),
    telemetry: expect?.telemetry ?? [],
    correlate: expect?.correlate ?? [],
    knownDefects: scenario.knownDefects ?? {},
    cases: scenario.cases.map((each) => each.label),
    assumptions: scenario.assumptions,
    limits: scenario.limits,
    references: scenario.references,
  }
}

/** The rules that count as the expected alert, by product, over all cases of a scenario; products and rules sorted. */
export function expectedRules(scenario: LoadedScenario): Record<string, string[]> {
  const byProduct = new Map<string, Set<string>>()
  const named = scenario.cases.flatMap((each) => each.expect.alert).flatMap((alert) => Object.entries(alert.rules))
  for (const [product, rules] of named) {
    byProduct.set(product, new Set([...(byProduct.get(product) ?? []), ...rules]))
  }
  return Object.fromEntries(
    [...byProduct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([product, rules]) => [product, [...rules].sort()]),
  )
}

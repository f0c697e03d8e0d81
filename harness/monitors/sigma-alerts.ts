import { MonitorError } from '../errors.ts'
import type { MonitorConfiguration } from './configuration.ts'
import type { Observation } from './observation.ts'
import { sigmaEngine, whyNot } from './sigma-rules.ts'
import { isTocsinSigma, tocsin } from './tocsin-rule.ts'

/** Sigma rules that a monitor evaluates over all that it reads. */
export interface SigmaAlerts {
  /** Rules that take part, and those that cannot be used. */
  readonly size: number
  readonly rejected: number
  readonly configuration: MonitorConfiguration
  /** The alerts that a record raises. */
  alerts: (telemetry: Observation) => Observation[]
  /** Plain sentences about rules that cannot be used. */
  problems: () => string[]
}

/**
 * Reads the rules that a monitor is told to evaluate.
 * @param rules files, or folders of them
 * @param pipeline path of the mapping that fits the records
 * @throws MonitorError when rules are named and none can be used, or a file cannot be read
 */
export function openSigma(monitor: string, rules: readonly string[], pipeline: string): SigmaAlerts {
  const { engine, rejected, configuration } = sigmaEngine(rules, pipeline)
  if (rules.length > 0 && engine.size === 0)
    throw new MonitorError(
      `monitor "${monitor}": none of the Sigma rules in ${rules.join(', ')} can be used${whyNot(rejected)}`,
    )
  return {
    size: engine.size,
    rejected: rejected.length,
    configuration,
    alerts: (telemetry) =>
      engine.evaluate(telemetry.raw, telemetry.at).map(({ rule }) => ({
        ...telemetry,
        kind: 'alert',
        rule: { product: isTocsinSigma(rule) ? tocsin : 'sigma', id: rule.id, name: rule.title },
      })),
    problems: () =>
      rejected.length > 0
        ? [`monitor "${monitor}": ${rejected.length} Sigma rules cannot be used${whyNot(rejected)}`]
        : [],
  }
}

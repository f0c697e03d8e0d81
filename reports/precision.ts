import { type Figures, type Rate, share } from '../harness/evidence/figures.ts'

/** How much of what alerted was an anomaly, on this mix of as many benign twins as anomalies. */
export interface Precision {
  /** Alerts that are known to be defects of a rule left out. */
  withoutDefects: Rate
  /** The same with every benign twin that raised any alert at all. */
  withDefects: Rate
  /** Alerts that belong to no trial: in none of the two. */
  unattributed: number
}

/** Scenarios that raised an alert, and how many of them were anomalies. Pure. */
export function precision({ scenarios, unattributedAlerts }: Figures): Precision {
  const alerted = scenarios.filter(({ outcome }) => outcome === 'detected' || outcome === 'partial').map(() => true)
  const twins = (verdicts: readonly string[]) =>
    scenarios.filter(({ twin }) => twin !== null && verdicts.includes(twin)).map(() => false)
  const isAnomaly = (each: boolean) => each
  return {
    withoutDefects: share([...alerted, ...twins(['false-alarm'])], isAnomaly),
    withDefects: share([...alerted, ...twins(['false-alarm', 'rule-defect'])], isAnomaly),
    unattributed: unattributedAlerts,
  }
}

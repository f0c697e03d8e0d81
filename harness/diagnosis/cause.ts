import type {
  RecordedConfiguration,
  RecordedObservation,
  RecordedScenario,
  RecordedTrial,
  Run,
} from '../evidence/record.ts'
import { idFits } from '../verdict/expected-alert.ts'
import type { RuleTrial } from './try-rule.ts'

/** Everything that a diagnosis of one trial is made from. */
export interface Diagnosed {
  run: Run
  scenario: RecordedScenario
  trial: RecordedTrial
  /** What the monitors recorded of the trial itself. */
  observations: readonly RecordedObservation[]
  /** What the expected Sigma rules say of these records when they are evaluated again; empty where that was not done. */
  tried: readonly RuleTrial[]
}

/** One likely cause why a trial was not detected, found in the record. */
export interface Cause {
  /** The name of its file. */
  name: string
  /** What it is, in a few words. */
  title: string
  /** What in the record speaks for it, in plain sentences; none where nothing does. */
  find: (given: Diagnosed) => string[]
}

/** Keeps the type of a cause. */
export function defineCause(cause: Cause): Cause {
  return cause
}

/** Whether the stack was shown to listen to a proven anomaly and raised no expected alert. */
export function isGap({ trial: { verdict, shortfall } }: Diagnosed): boolean {
  if (verdict === 'partial') return shortfall === 'other-rule' || shortfall === 'time-only'
  return verdict === 'logged' || verdict === 'missed'
}

/** The ids of all rules that the scenario expects, of whatever product. */
export function expectedIds({ scenario }: Diagnosed): string[] {
  return [...new Set(Object.values(scenario.expectedRules).flat())]
}

/** What is known of the products that have an expected rule, or could have one. */
export function configurationsOf({ run }: Diagnosed): RecordedConfiguration[] {
  return run.configurations ?? []
}

/** The expected rules that stand in some file of a monitor's product. */
export function expectedIn({ expected }: RecordedConfiguration, given: Diagnosed): RecordedConfiguration['expected'] {
  const wanted = expectedIds(given)
  return expected.filter(({ rule }) => wanted.some((each) => idFits(each, rule)))
}

/** Whether a monitor is of the kind that sees this trial: of processes, or of packets. */
export function concerns({ run, trial }: Diagnosed, monitor: string): boolean {
  const layers = run.monitors.find(({ name }) => name === monitor)?.layers ?? []
  const isProcess = trial.wire === 'kernel'
  return layers.some((layer) => (layer === 'process' || layer === 'process-network') === isProcess)
}

/** `rule 1`, `rules 1, 2 and 3`. */
export function ruleList(ids: readonly string[]): string {
  const words = ids.length > 1 ? `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)}` : ids.join('')
  return `${ids.length === 1 ? 'rule' : 'rules'} ${words}`
}

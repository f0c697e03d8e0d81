import { InputError } from '../errors.ts'
import type { Trial, TrialKind } from '../plan/trial.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import { suggestion } from '../scenario/nearest.ts'
import { exampleTrials } from './show.ts'

/** Which side and case of a scenario; for commands that take one. */
export const trialOptions = [
  { flags: '--control', description: 'the benign twin instead of the anomaly' },
  { flags: '--case <label>', description: 'which case of a matrix (default: the first)' },
] as const

/**
 * The trial that the options choose: without any the anomaly of the first case, or where there is none, the twin.
 * @throws InputError naming the nearest case
 */
export function exampleTrial(scenario: LoadedScenario, options: Record<string, unknown>): Trial {
  const kind: TrialKind = options.control || scenario.stimulus === undefined ? 'control' : 'stimulus'
  const label = (options.case as string | undefined) ?? scenario.cases[0]?.label
  const trial = exampleTrials(scenario).find((each) => each.kind === kind && each.case === label)
  if (trial) return trial
  const known = scenario.cases.map((each) => each.label).filter((each) => each !== '')
  const advice = known.length === 0 ? '; it has no cases, so leave --case out' : suggestion(String(label), known)
  throw new InputError(`scenario ${scenario.id} has no case "${label}"${advice}`)
}

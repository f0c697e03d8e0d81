import type { RecordedTrial, Run } from '../evidence/record.ts'

/**
 * What a run exits with: 1 when an expectation was not met (a gap or a false alarm), 3 when there is no gap but
 * something could not be decided (an inconclusive trial, an unfinished run, no applicable trial at all), else 0.
 */
export function exitCode(
  run: Pick<Run, 'incomplete'>,
  trials: readonly Pick<RecordedTrial, 'verdict' | 'met'>[],
): 0 | 1 | 3 {
  if (trials.some(({ met }) => met === false)) return 1
  if (run.incomplete || trials.some(({ verdict }) => verdict === 'inconclusive')) return 3
  return trials.some(({ met }) => met === true) ? 0 : 3
}

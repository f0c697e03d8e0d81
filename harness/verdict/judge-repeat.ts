import type { RecordedTrial } from '../evidence/record.ts'
import { fitOf, isNearer, type AttributedObservation, type Fit } from './expected-alert.ts'
import type { JudgeInput } from './judge.ts'
import { alerted } from './reason.ts'

/** What the stack said when an anomaly that had been new was played once more. */
export type RepeatOutcome = Pick<NonNullable<RecordedTrial['repeat']>, 'outcome' | 'reason'>

export type RepeatInput = Pick<JudgeInput, 'proof' | 'observations' | 'stack' | 'windowMs' | 'failure'> & {
  /** The trial that it repeats, as judged. */
  trial: Pick<JudgeInput['trial'], 'expect'> & Pick<RecordedTrial, 'verdict'>
}

/**
 * Tells whether a stack still finds an anomaly new that it has seen. Neither answer is right or wrong: a stack that learns
 * falls silent, one that knows the anomaly by another sign does not. Pure and total.
 */
export function judgeRepeat({ trial, proof, observations, stack, windowMs, failure }: RepeatInput): RepeatOutcome {
  const because = (reason: string): RepeatOutcome => ({ outcome: 'inconclusive', reason })
  if (proof.frames === 0 || proof.found < proof.frames) {
    const why = failure ? `: ${failure}` : ''
    return because(`The witness saw only ${proof.found} of ${proof.frames} frames of the repeat${why}.`)
  }
  const again = expectedOf(observations, trial.expect, windowMs)
  if (again) return { outcome: 'alerted', reason: `${alerted(again.observation)} again: it did not learn the anomaly.` }
  if (!stack.alive) return because(`The stack may not have been listening: ${stack.reason ?? 'no sentinel was heard'}.`)
  const passed = stack.alertWatermark !== null && proof.lastAt !== null && stack.alertWatermark >= proof.lastAt
  const over = proof.firstAt !== null && stack.watchedUntil >= proof.firstAt + windowMs
  if (!passed && !over) return because('The stack was not read for long enough after the repeat.')
  if (trial.expect.alert.length === 0)
    return { outcome: 'silent', reason: 'No rule is known for it, so that nothing can be said of learning.' }
  if (trial.verdict !== 'detected')
    return { outcome: 'silent', reason: 'The expected alert did not come the first time, and not now either.' }
  return { outcome: 'silent', reason: 'The expected alert did not come again: the stack has learnt it.' }
}

/** An alert that the scenario expects of the anomaly. */
function expectedOf(
  observations: readonly AttributedObservation[],
  expect: RepeatInput['trial']['expect'],
  windowMs: number,
): AttributedObservation | null {
  let best: { alert: AttributedObservation; fit: Fit } | null = null as {
    alert: AttributedObservation
    fit: Fit
  } | null
  for (const alert of observations) {
    if (alert.observation.kind !== 'alert' || alert.strength === 'time') continue
    const fit = fitOf(alert, 0, expect, windowMs)
    if (best === null || isNearer(fit, best.fit)) best = { alert, fit }
  }
  return best?.fit.kind === 'expected' ? best.alert : null
}

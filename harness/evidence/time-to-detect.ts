import { kaplanMeier, type SurvivalStep } from '../verdict/stats.ts'
import type { RecordedTrial } from './record.ts'

/** How long the stack takes to alert, over the trials that ask for an alert and could be decided. Milliseconds. */
export interface TimeToDetect {
  /** Trials. */
  n: number
  /** How many of them had no alert within the window: they count as longer than the window, never as absent. */
  censored: number
  windowMs: number
  /** Null when it is longer than the window ("not reached"), or n is 0. */
  medianMs: number | null
  /** As the median; null too where n is below 20, too few for it to mean anything. */
  p95Ms: number | null
  /** Of the trials that did alert; null when none did. */
  minMs: number | null
  maxMs: number | null
  /** Trials whose alert is stamped before their first frame: the clocks disagree. */
  negative: number
}

/** The fewest trials for which a 95th percentile is given. */
export const leastForP95 = 20

/**
 * Median and 95th percentile with the misses kept. All trials are censored at the same window, so the
 * Kaplan-Meier estimate is the plain quantile (nearest rank) with every miss as infinitely late.
 */
export function timeToDetect(trials: readonly Timed[], windowMs: number): TimeToDetect {
  const times = trials
    .map((trial) => (isInTime(trial, windowMs) ? trial.latencyMs : Number.POSITIVE_INFINITY))
    .sort((a, b) => a - b)
  const alerted = times.filter(Number.isFinite)
  const quantile = (q: number) => {
    const value = times[Math.max(0, Math.ceil(q * times.length) - 1)]
    return value !== undefined && Number.isFinite(value) ? value : null
  }
  return {
    n: times.length,
    censored: times.length - alerted.length,
    windowMs,
    medianMs: quantile(0.5),
    p95Ms: times.length >= leastForP95 ? quantile(0.95) : null,
    minMs: alerted[0] ?? null,
    maxMs: alerted.at(-1) ?? null,
    negative: alerted.filter((time) => time < 0).length,
  }
}

type Timed = Pick<RecordedTrial, 'latencyMs' | 'verdict'>

/** Kaplan-Meier curve of the trials that have no alert yet, by milliseconds since the first frame. */
export function waitingCurve(trials: readonly Timed[], windowMs: number): SurvivalStep[] {
  return kaplanMeier(
    trials.map((trial) =>
      isInTime(trial, windowMs) ? { time: trial.latencyMs, isEvent: true } : { time: windowMs, isEvent: false },
    ),
  )
}

/** A scenario's own window may be longer than the campaign's; an alert in it counts. */
function isInTime(trial: Timed, windowMs: number): trial is Timed & { latencyMs: number } {
  return trial.latencyMs !== null && (trial.verdict === 'detected' || trial.latencyMs <= windowMs)
}

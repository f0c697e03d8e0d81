import { atLeast } from '../verdict/stats.ts'

/**
 * How sure it is that the trials of a value are detected more often than not (`isDetected`), or less often: one minus the
 * probability of a result at least as one-sided if detection were a toss of a coin. 5 of 5 is 0.969; an even result 0.5 or less.
 */
export function certainty(detected: number, decided: number): { isDetected: boolean; sure: number } {
  const isDetected = detected * 2 >= decided
  const most = isDetected ? detected : decided - detected
  return { isDetected, sure: 1 - atLeast(most, decided, 0.5) }
}

/** The fewest trials that can show anything with this confidence: all of them alike. */
export function fewestTrials(confidence: number): number {
  return Math.max(1, Math.ceil(-Math.log2(1 - confidence)))
}

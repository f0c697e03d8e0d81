import type { Entry } from './ledger.ts'

/**
 * Until when a stack that we cannot end may still say something that counts, milliseconds since the epoch; 0 when every
 * anomaly has its alert. One detection window together from the last frame on, and for an alert that a scenario allows
 * more time, that time from the trial's own last frame on.
 */
export function owedUntil(entries: Iterable<Entry>, windowMs: number): number {
  let lastAt = 0
  let longest = 0
  let isOwed = false
  for (const { trial, playedUntil, observed } of entries) {
    if (playedUntil === null) continue
    lastAt = Math.max(lastAt, playedUntil)
    if (isAnswered({ trial, observed })) continue
    isOwed = true
    for (const { within = 0 } of trial.expect.alert) longest = Math.max(longest, playedUntil + within)
  }
  return isOwed ? Math.max(lastAt + windowMs, longest) : 0
}

/** Whether no alert is owed to a trial: it has one, or is harmless. */
export function isAnswered({ trial, observed }: Pick<Entry, 'trial' | 'observed'>): boolean {
  return trial.kind === 'control' || observed.some(({ observation }) => observation.kind === 'alert')
}

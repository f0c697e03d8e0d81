/**
 * Of several playings that an observation fits equally well, the one that it tells of: the latest that had begun by then.
 * Only for playings of the same trial, between which the stack was heard; null when none had begun.
 * @param began when the first frame of a playing was on the wire, milliseconds since the epoch; null when it was not yet
 * @param at when what is observed began, by the clock that captured the frames
 */
export function latestBegun(ids: readonly string[], began: (id: string) => number | null, at: number): string | null {
  let latest: { id: string; began: number } | null = null as { id: string; began: number } | null
  for (const id of ids) {
    const start = began(id)
    if (start === null || start > at + slackMs) continue
    if (latest === null || start > latest.began) latest = { id, began: start }
  }
  return latest?.id ?? null
}

/** Two clocks that agree, agree so far. The phases of a trial are further apart: a sentinel is heard between them. */
const slackMs = 1

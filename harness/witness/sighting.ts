/** Whether a console showed an alert. `inconclusive`: it could not be looked at. */
export const sightingOutcomes = ['shown', 'not-shown', 'inconclusive'] as const

export type SightingOutcome = (typeof sightingOutcomes)[number]

/** What the console of the stack showed of one trial: evidence beside the verdict, and never the verdict. */
export interface Sighting {
  outcome: SightingOutcome
  /** One plain sentence. */
  reason: string
  /** When it was last looked at, milliseconds since the epoch; null when it never was. */
  at: number | null
  /** PNG of what was seen last; null without one. */
  picture: Uint8Array | null
}

/** The product that Tocsin's own rules belong to, as scenarios name it in `rules` and alerts carry it. */
export const tocsin = 'tocsin'

/** Signature ids of Tocsin's own rules, out of the range that is set aside for local use. */
export const tocsinSids = { first: 1_000_001, last: 1_009_999 } as const

/**
 * Whether an alert of Suricata's comes from a rule that Tocsin brought along, in `harness/sensors/suricata/rules`. The
 * numbers are free for everybody's own rules, so the message has to say so too.
 */
export function isTocsinRule(sid: number, message: string): boolean {
  return sid >= tocsinSids.first && sid <= tocsinSids.last && message.startsWith('TOCSIN ')
}

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

/** Beginning of the ids of Tocsin's own Sigma rules. */
export const tocsinSigmaIds = '7d8f0a1e-3c52-4f7b-9a60-'

/** Whether a Sigma rule is one that Tocsin brought along, in `harness/sensors/endpoint/sigma`. */
export function isTocsinSigma({ id, title }: { id: string; title: string }): boolean {
  return id.startsWith(tocsinSigmaIds) && title.startsWith('TOCSIN ')
}

/** Why a rule, or a part of one, cannot be used. It is told by rule and reason and never passed over in silence. */
export class UnsupportedRule extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'UnsupportedRule'
  }
}

/** A rule that takes no part, and why. */
export interface RejectedRule {
  /** The file as it was given, with the document's number where a file has several: `a.yml`, `b.yml#2`. */
  file: string
  title: string
  /** The rule's `id`, where it has one. */
  id: string | null
  reason: string
}

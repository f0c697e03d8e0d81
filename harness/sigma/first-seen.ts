import type { Scalar } from './modifiers.ts'

/** Combinations of values that are remembered; beyond it the one that was not seen for longest is forgotten. */
export const mostRemembered = 100_000

/** What a rule has seen of some fields: the first of a combination of values is news, and then it is known. */
export class FirstSeen {
  /** Combinations that were forgotten for want of room: they would be news again. */
  dropped = 0
  readonly #fields: readonly string[]
  readonly #known = new Set<string>()

  constructor(fields: readonly string[]) {
    this.#fields = fields
  }

  /** @returns whether it is news; false when one of the fields is not there */
  isNew(get: (field: string) => Scalar | undefined): boolean {
    const values = this.#fields.map(get)
    if (values.includes(undefined)) return false
    const key = JSON.stringify(values)
    const isKnown = this.#known.delete(key)
    this.#known.add(key)
    if (this.#known.size > mostRemembered) {
      this.#known.delete(this.#known.values().next().value as string)
      this.dropped++
    }
    return !isKnown
  }
}

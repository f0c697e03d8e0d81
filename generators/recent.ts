/**
 * What was made of the last few texts, for who is asked for the same few again and again. Texts are compared one by one, so there must be few.
 *
 * No `Map` that is cleared when it is full: it leaves old tables behind, each of which points to the next, and V8 keeps what stood in them until
 * it collects the whole heap.
 */
export class Recent<Value> {
  readonly #texts: string[]
  readonly #values: (Value | undefined)[]
  #next = 0

  /** @param most how many texts */
  constructor(most: number) {
    this.#texts = Array.from({ length: most }, () => '')
    this.#values = Array.from({ length: most }, () => undefined)
  }

  /** What was made of it; undefined when that is not among the last, and for an empty text. */
  get(text: string): Value | undefined {
    return this.#values[this.#texts.indexOf(text)]
  }

  set(text: string, value: Value): void {
    this.#texts[this.#next] = text
    this.#values[this.#next] = value
    this.#next = (this.#next + 1) % this.#texts.length
  }
}

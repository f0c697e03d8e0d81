/** Somebody who waits for an answer. */
interface Waiting {
  /** Where it stands among all that wait. */
  place: number
  giveUp: (reason: unknown) => void
}

/**
 * Waits for answers no longer than a deadline and a signal allow. There are many: each costs a timer and nothing that outlives it, not even a
 * listener of the signal, which would point to the next one and keep it in memory.
 */
export class Answers implements Disposable {
  readonly #signal: AbortSignal
  readonly #waiting: Waiting[] = []
  readonly #onAbort = () => {
    for (const { giveUp } of this.#waiting) giveUp(this.#signal.reason)
  }

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** @throws the answer's error; what `late` makes when `ms` are over; the signal's reason */
  async of<Answer>(answer: Promise<Answer>, ms: number, late: () => Error): Promise<Answer> {
    this.#signal.throwIfAborted()
    const waiting: Waiting = { place: this.#waiting.length, giveUp: () => {} }
    this.#waiting.push(waiting)
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<Answer>((resolve, reject) => {
        waiting.giveUp = reject
        timer = setTimeout(() => reject(late()), ms)
        answer.then(resolve, reject)
      })
    } finally {
      clearTimeout(timer)
      this.#remove(waiting)
    }
  }

  /** The last one takes its place. */
  #remove({ place }: Waiting): void {
    const last = this.#waiting.pop() as Waiting
    if (last.place === place) return
    this.#waiting[place] = last
    last.place = place
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
  }
}

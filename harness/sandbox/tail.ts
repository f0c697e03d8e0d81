import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** Keeps the last lines of a stream, so that an error can show what was printed before it. */
export class Tail {
  #lines: string[] = []
  readonly #most: number
  /** Resolves when the stream has ended and every line was taken. */
  readonly ended: Promise<void>

  /** @param onLine called for every line as it comes */
  constructor(stream: Readable, options: { most?: number; onLine?: (line: string) => void } = {}) {
    this.#most = options.most ?? 20
    const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
    lines.on('line', (line) => {
      if (this.#lines.push(line) > this.#most) this.#lines.shift()
      options.onLine?.(line)
    })
    this.ended = new Promise((resolve) => lines.once('close', resolve))
  }

  /** The last lines, or a word that there were none. */
  text(): string {
    return this.#lines.length === 0 ? '(it printed nothing)' : this.#lines.join('\n')
  }
}

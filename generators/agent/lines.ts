/**
 * A line of input without its end, and the bytes behind it that it announced; or how many bytes a line, or what it
 * announced, had that was longer than allowed and was thrown away.
 */
export type Line = { text: string; body: Uint8Array } | { tooLong: number }

const newline = 0x0a
const nothing = new Uint8Array(0)
const leastMemory = 65_536

/**
 * Cuts a byte stream into lines at `\n`, each with as many bytes behind it as it announces. Blank lines are left out; what stands after
 * the last `\n` is a line too. A body is valid until the next line is asked for. Bytes of a line that are no UTF-8 become U+FFFD. An input that ends inside a body ends it there.
 * @param limit bytes that a line or a body may have; a longer one is skipped, not kept in memory
 * @param bodyLength how many bytes a line announces; absent: none
 */
export async function* readLines(
  input: AsyncIterable<Uint8Array>,
  limit: number,
  bodyLength: (line: string) => number = () => 0,
): AsyncGenerator<Line> {
  const line = new Gathering(limit)
  let header: string | null = null
  // Used for body after body: fresh memory costs more than what is done with it.
  let memory = nothing
  let body: { bytes: Uint8Array | null; length: number; filled: number } | null = null
  for await (const chunk of input) {
    let start = 0
    while (start < chunk.length) {
      if (body === null) {
        const end = chunk.indexOf(newline, start)
        line.add(chunk.subarray(start, end < 0 ? chunk.length : end))
        if (end < 0) break
        start = end + 1
        const text = line.take()
        if (typeof text === 'number') yield { tooLong: text }
        else if (text.trim() !== '') {
          const length = bodyLength(text)
          if (length === 0) yield { text, body: nothing }
          else {
            header = text
            if (length <= limit && length > memory.length)
              memory = new Uint8Array(Buffer.allocUnsafeSlow(Math.max(length, leastMemory)).buffer)
            body = { bytes: length > limit ? null : memory.subarray(0, length), length, filled: 0 }
          }
        }
      } else {
        const part = chunk.subarray(start, start + body.length - body.filled)
        body.bytes?.set(part, body.filled)
        body.filled += part.length
        start += part.length
        if (body.filled < body.length) break
        yield body.bytes === null ? { tooLong: body.length } : { text: header as string, body: body.bytes }
        body = null
      }
    }
  }
  if (body !== null) {
    yield body.bytes === null
      ? { tooLong: body.length }
      : { text: header as string, body: body.bytes.subarray(0, body.filled) }
    return
  }
  const rest = line.take()
  if (typeof rest === 'number') yield { tooLong: rest }
  else if (rest.trim() !== '') yield { text: rest, body: nothing }
}

/** The parts of a line that has not ended yet. */
class Gathering {
  readonly #limit: number
  #parts: Uint8Array[] = []
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(part: Uint8Array): void {
    this.#length += part.length
    if (this.#length <= this.#limit) this.#parts.push(part)
    else this.#parts = []
  }

  /** The line, or how long it was when it was too long. */
  take(): string | number {
    const line = this.#length > this.#limit ? this.#length : Buffer.concat(this.#parts, this.#length).toString('utf8')
    this.#parts = []
    this.#length = 0
    return line
  }
}

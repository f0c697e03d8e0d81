/**
 * A line of input without its end, and the bytes behind it that it announced; or how many bytes a line, or what it
 * announced, had that was longer than allowed and was thrown away.
 */
export type Line = { text: string; body: Uint8Array } | { tooLong: number }

/** What a line has announced and not all of which is there. */
interface Body {
  text: string
  /** Null when there are too many: they are thrown away. */
  bytes: Uint8Array | null
  length: number
  filled: number
}

const newline = 0x0a
const nothing = new Uint8Array(0)
const leastMemory = 65_536

/**
 * Cuts a byte stream into lines at `\n`, each with as many bytes behind it as it announces. Blank lines are left out; what stands after
 * the last `\n` is a line too. A body is valid until the next line is asked for. Bytes of a line that are no UTF-8 become U+FFFD. An input that ends inside a body ends it there.
 */
export class LineCutter {
  readonly #limit: number
  readonly #bodyLength: (line: string) => number
  readonly #line: Gathering
  /** Used for body after body: fresh memory costs more than what is done with it. */
  #memory = nothing
  #body: Body | null = null

  /**
   * @param limit bytes that a line or a body may have; a longer one is skipped, not kept in memory
   * @param bodyLength how many bytes a line announces; absent: none
   */
  constructor(limit: number, bodyLength: (line: string) => number = () => 0) {
    this.#limit = limit
    this.#bodyLength = bodyLength
    this.#line = new Gathering(limit)
  }

  /** What the next bytes of the input bring to an end. */
  *cut(chunk: Uint8Array): Generator<Line> {
    let start = 0
    while (start < chunk.length) {
      const body = this.#body
      if (body !== null) {
        const part = chunk.subarray(start, start + body.length - body.filled)
        body.bytes?.set(part, body.filled)
        body.filled += part.length
        start += part.length
        if (body.filled === body.length) yield this.#takeBody(body)
        continue
      }
      const end = chunk.indexOf(newline, start)
      this.#line.add(chunk.subarray(start, end < 0 ? chunk.length : end))
      if (end < 0) return
      start = end + 1
      const line = this.#takeLine()
      if (line !== null) yield line
    }
  }

  /** What is left when the input has ended. */
  end(): Line | null {
    if (this.#body !== null) return this.#takeBody(this.#body)
    const rest = this.#line.take()
    if (typeof rest === 'number') return { tooLong: rest }
    return rest.trim() === '' ? null : { text: rest, body: nothing }
  }

  /** Null for a blank line and for one whose body has to come first. */
  #takeLine(): Line | null {
    const text = this.#line.take()
    if (typeof text === 'number') return { tooLong: text }
    if (text.trim() === '') return null
    const length = this.#bodyLength(text)
    if (length === 0) return { text, body: nothing }
    this.#body = { text, bytes: length > this.#limit ? null : this.#room(length), length, filled: 0 }
    return null
  }

  #takeBody({ text, bytes, length, filled }: Body): Line {
    this.#body = null
    return bytes === null ? { tooLong: length } : { text, body: bytes.subarray(0, filled) }
  }

  #room(length: number): Uint8Array {
    if (length > this.#memory.length)
      this.#memory = new Uint8Array(Buffer.allocUnsafeSlow(Math.max(length, leastMemory)).buffer)
    return this.#memory.subarray(0, length)
  }
}

/** The lines of an input, as `LineCutter` cuts them. */
export async function* readLines(
  input: AsyncIterable<Uint8Array>,
  limit: number,
  bodyLength?: (line: string) => number,
): AsyncGenerator<Line> {
  const cutter = new LineCutter(limit, bodyLength)
  for await (const chunk of input) yield* cutter.cut(chunk)
  const rest = cutter.end()
  if (rest !== null) yield rest
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
    const line = this.#length > this.#limit ? this.#length : textOf(this.#parts, this.#length)
    this.#parts = []
    this.#length = 0
    return line
  }
}

/** Mostly it is one part, and needs no copy. */
function textOf(parts: readonly Uint8Array[], length: number): string {
  const [only] = parts
  if (only === undefined) return ''
  const bytes = parts.length === 1 ? Buffer.from(only.buffer, only.byteOffset, length) : Buffer.concat(parts, length)
  return bytes.toString('utf8')
}

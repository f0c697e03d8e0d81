import { appendFileSync, closeSync, createReadStream, openSync, readSync } from 'node:fs'

/** Bytes that wait to be written together. */
const held = 1 << 16

/** Where something lies in a spool, in bytes. */
export interface Place {
  start: number
  length: number
}

/**
 * A file that takes what need not be in memory while a campaign runs, and gives it back. It belongs to its folder, which
 * removes it. When the disk is full, the rest stays in memory.
 */
export class Spool {
  readonly #path: string
  readonly #onFailure: (error: Error) => void
  #pending: Uint8Array[] = []
  #pendingLength = 0
  #written = 0
  #hasFailed = false

  /** @param onFailure is told once, when nothing can be written any more */
  constructor(path: string, onFailure: (error: Error) => void) {
    this.#path = path
    this.#onFailure = onFailure
  }

  /** The bytes must not change any more. */
  add(bytes: Uint8Array): Place {
    const place = { start: this.#written + this.#pendingLength, length: bytes.length }
    this.#pending.push(bytes)
    this.#pendingLength += bytes.length
    if (this.#pendingLength >= held && !this.#hasFailed) this.#write()
    return place
  }

  /** @throws Error when the file cannot be read */
  read({ start, length }: Place): Uint8Array {
    const offset = start - this.#written
    if (offset >= 0) return this.#inMemory().subarray(offset, offset + length)
    const bytes = new Uint8Array(length)
    const file = openSync(this.#path, 'r')
    try {
      for (let done = 0; done < length; ) {
        const count = readSync(file, bytes, done, length - done, start + done)
        if (count === 0) throw new Error(`${this.#path} was cut short by somebody else`)
        done += count
      }
    } finally {
      closeSync(file)
    }
    return bytes
  }

  /** All that it has taken, piece by piece. */
  async *content(): AsyncGenerator<Uint8Array> {
    if (this.#written > 0)
      for await (const piece of createReadStream(this.#path, { end: this.#written - 1 })) yield piece as Uint8Array
    yield this.#inMemory()
  }

  #inMemory(): Uint8Array {
    if (this.#pending.length !== 1) this.#pending = [Buffer.concat(this.#pending, this.#pendingLength)]
    return this.#pending[0] as Uint8Array
  }

  #write(): void {
    try {
      appendFileSync(this.#path, this.#inMemory(), { mode: 0o600 })
    } catch (error) {
      // What a full disk has taken of it lies behind all that is counted as written.
      this.#hasFailed = true
      this.#onFailure(error as Error)
      return
    }
    this.#written += this.#pendingLength
    this.#pending = []
    this.#pendingLength = 0
  }
}

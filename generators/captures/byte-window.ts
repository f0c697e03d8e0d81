import { PcapError } from '../errors.ts'
import type { OpenFile } from '../files.ts'

/** Bytes that are read at a time. What is replayed goes out in such pieces: smaller than the place that an agent's file has for one. */
const piece = 1920 * 1024
/** The first, so that what is replayed begins at once; each is twice the one before until they are whole. */
const firstPiece = piece / 8

/**
 * The part of a file that is in memory while it is gone through once, from the beginning to the end. What was handed out
 * stays as it is, so views of it may be kept and even changed: the next piece goes into memory of its own. Unless `reuse` says that nobody
 * keeps any; then it goes into the same, but for a piece that is held.
 */
export class ByteWindow {
  readonly #file: OpenFile
  /** At most three pieces of memory that take turns: one may be held, and of another the rest is wanted. */
  readonly #spare: Uint8Array[] | null
  #held: ArrayBufferLike | null = null
  #start = 0
  /** Bytes that are read next. */
  #piece = firstPiece
  /** What is in memory. A place in the file is here at that place minus `start`. */
  bytes: Uint8Array = new Uint8Array(0)
  view = new DataView(this.bytes.buffer)

  constructor(file: OpenFile, reuse = false) {
    this.#file = file
    this.#spare = reuse ? [] : null
  }

  /** Place in the file of the first byte in memory. */
  get start(): number {
    return this.#start
  }

  /** Bytes of the file from a place to its end. */
  left(offset: number): number {
    return this.#file.size - offset
  }

  /**
   * Brings bytes into memory and returns where they are in `bytes`.
   * @throws PcapError when the file ends before; `what`, with a number that may follow it, says what was to be read
   */
  need(offset: number, length: number, what: string, number?: number): number {
    const at = offset - this.#start
    if (at + length <= this.bytes.length) return at
    if (length > this.left(offset)) {
      const left = Math.max(0, this.left(offset))
      const name = number === undefined ? what : `${what} ${number}`
      throw new PcapError(
        `the file ends at byte ${this.#file.size} inside ${name} at byte ${offset}: ${left} bytes of ${length}`,
      )
    }
    const next = this.#memory(Math.min(Math.max(this.#piece, length), this.left(offset)))
    this.#piece = Math.min(this.#piece * 2, piece)
    const kept = at < this.bytes.length ? this.bytes.subarray(at) : new Uint8Array(0)
    next.set(kept)
    for (let filled = kept.length; filled < next.length; ) {
      const read = this.#file.read(next.subarray(filled), offset + filled)
      if (read === 0)
        throw new PcapError(`the file has become shorter while it was read: it ends at byte ${offset + filled}`)
      filled += read
    }
    this.#start = offset
    this.bytes = next
    this.view = new DataView(next.buffer, next.byteOffset, next.byteLength)
    return 0
  }

  /** Keeps what is in memory now as it is, until this is asked for again. */
  hold(): void {
    this.#held = this.bytes.buffer
  }

  #memory(length: number): Uint8Array {
    if (this.#spare === null || length > piece) return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
    let free = this.#spare.find(({ buffer }) => buffer !== this.#held && buffer !== this.bytes.buffer)
    if (free === undefined) {
      free = new Uint8Array(Math.min(piece, this.#file.size))
      this.#spare.push(free)
    }
    return free.subarray(0, length)
  }
}

import { PcapError } from '../errors.ts'
import type { OpenFile } from '../files.ts'

/** Bytes that are read at a time. */
const piece = 256 * 1024

/**
 * The part of a file that is in memory while it is gone through once, from the beginning to the end. What was handed out
 * stays as it is, so views of it may be kept and even changed: the next piece goes into memory of its own. Unless `reuse` says that nobody
 * keeps any; then it goes into the same.
 */
export class ByteWindow {
  readonly #file: OpenFile
  /** Two pieces of memory that take turns. */
  readonly #spare: [Uint8Array, Uint8Array] | null
  #start = 0
  /** What is in memory. A place in the file is here at that place minus `start`. */
  bytes: Uint8Array = new Uint8Array(0)
  view = new DataView(this.bytes.buffer)

  constructor(file: OpenFile, reuse = false) {
    this.#file = file
    this.#spare = reuse ? [new Uint8Array(piece), new Uint8Array(piece)] : null
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
   * @throws PcapError when the file ends before; `what` says what was to be read
   */
  need(offset: number, length: number, what: string): number {
    const at = offset - this.#start
    if (at + length <= this.bytes.length) return at
    if (length > this.left(offset)) {
      const left = Math.max(0, this.left(offset))
      throw new PcapError(
        `the file ends at byte ${this.#file.size} inside ${what} at byte ${offset}: ${left} bytes of ${length}`,
      )
    }
    const next = this.#memory(Math.min(Math.max(piece, length), this.left(offset)))
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

  #memory(length: number): Uint8Array {
    if (this.#spare === null || length > piece) return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
    this.#spare.reverse()
    return this.#spare[0].subarray(0, length)
  }
}

import { chmodSync, closeSync, openSync, writeSync } from 'node:fs'
import { frameFileMark, type StoredFrames } from '../../generators/agent/protocol.ts'
import { SandboxError } from '../errors.ts'

/** Places for requests in one file, and bytes of each. All of it may be in memory, once for each actor. */
const places = 12
const placeBytes = 1024 * 1024

/**
 * A file from which one agent reads frames, so that they do not take the way through the engine. It has a few places of one
 * size, which are used again and again.
 */
export class FrameFile implements Disposable {
  readonly path: string
  readonly #fd: number
  readonly #memory = new Uint8Array(placeBytes)
  readonly #free = Array.from({ length: places }, (_, place) => place * placeBytes).reverse()
  #closed = false

  /** Makes the file in a folder of ours. The agent has no right to pass over its mode: everybody may read it, the folder is what protects it. */
  constructor(path: string) {
    this.path = path
    this.#fd = openSync(path, 'wx', 0o644)
    chmodSync(path, 0o644)
  }

  /** Whether a request with these frames fits, when a place is free. */
  fits(bytes: number, frames: number): boolean {
    return frameFileMark + frames * 4 + bytes <= placeBytes
  }

  get hasPlace(): boolean {
    return this.#free.length > 0
  }

  /**
   * Writes the frames of a request and returns where they are; that place is taken until it is given back.
   * @throws SandboxError when the file cannot be written or no place is free
   */
  put(id: number, frames: readonly Uint8Array[]): StoredFrames {
    const offset = this.#free.at(-1)
    if (this.#closed) throw new SandboxError(`${this.path}: it is closed`)
    if (offset === undefined) throw new SandboxError(`${this.path}: no place is free`)
    const memory = this.#memory
    new DataView(memory.buffer).setFloat64(0, id, true)
    const lengths = new Uint32Array(memory.buffer, frameFileMark, frames.length)
    const start = frameFileMark + frames.length * 4
    let end = start
    for (let index = 0; index < frames.length; index++) {
      const frame = frames[index] as Uint8Array
      lengths[index] = frame.length
      memory.set(frame, end)
      end += frame.length
    }
    this.#write(end, offset)
    this.#free.pop()
    return { frames: frames.length, bytes: end - start, offset }
  }

  giveBack(offset: number): void {
    this.#free.push(offset)
  }

  #write(length: number, offset: number): void {
    try {
      for (let written = 0; written < length; )
        written += writeSync(this.#fd, this.#memory, written, length - written, offset + written)
    } catch (cause) {
      const why = (cause as Error).message
      throw new SandboxError(`frames for an actor could not be written to ${this.path}: ${why}`, { cause })
    }
  }

  [Symbol.dispose](): void {
    if (!this.#closed) closeSync(this.#fd)
    this.#closed = true
  }
}

import { chmodSync, closeSync, ftruncateSync, openSync, writevSync } from 'node:fs'
import { frameFileMark, frameFileScratch, frameTableBytes, type StoredFrames } from '../../generators/agent/protocol.ts'
import type { PackedFrames } from '../../generators/conversation/packed-frames.ts'
import { SandboxError } from '../errors.ts'

/** Places for requests in one file, and bytes of each. All of it may be in memory, once for each actor. */
const places = 3
const placeBytes = 2048 * 1024

/**
 * A file from which one agent reads frames, so that they do not take the way through the engine. It has a few places of one
 * size, which are used again and again.
 */
export class FrameFile implements Disposable {
  readonly path: string
  readonly #fd: number
  readonly #free = Array.from({ length: places }, (_, place) => frameFileScratch + place * placeBytes).reverse()
  #closed = false

  /** Makes the file in a folder of ours. The agent has no right to pass over its mode: everybody may use it, the folder is what protects it. */
  constructor(path: string) {
    this.path = path
    this.#fd = openSync(path, 'wx', 0o666)
    chmodSync(path, 0o666)
    ftruncateSync(this.#fd, frameFileScratch + places * placeBytes)
  }

  /** Whether a request with these frames fits, when a place is free. */
  fits(bytes: number, frames: number): boolean {
    return frameFileMark + frames * frameTableBytes + bytes <= placeBytes
  }

  get hasPlace(): boolean {
    return this.#free.length > 0
  }

  /**
   * Writes the frames of a request and returns where they are; that place is taken until it is given back.
   * @throws SandboxError when the file cannot be written or no place is free
   */
  put(id: number, { bytes, starts, lengths }: PackedFrames): StoredFrames {
    const offset = this.#free.at(-1)
    if (this.#closed) throw new SandboxError(`${this.path}: it is closed`)
    if (offset === undefined) throw new SandboxError(`${this.path}: no place is free`)
    const mark = new Uint8Array(frameFileMark)
    new DataView(mark.buffer).setFloat64(0, id, true)
    this.#write([mark, starts, lengths, bytes], offset)
    this.#free.pop()
    return { frames: lengths.length, bytes: bytes.length, offset }
  }

  giveBack(offset: number): void {
    this.#free.push(offset)
  }

  #write(parts: (Uint8Array | Uint32Array)[], offset: number): void {
    try {
      const written = writevSync(this.#fd, parts, offset)
      const wanted = parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
      if (written < wanted) throw new Error(`there is room for ${written} of ${wanted} bytes`)
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

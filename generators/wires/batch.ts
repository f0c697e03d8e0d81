import { endianness } from 'node:os'
import { addressOf } from './libc.ts'
import type { PackedFrames } from '../conversation/packed-frames.ts'

/** `UIO_MAXIOV`: the kernel takes no more messages in one `sendmmsg`. */
const slots = 1024
/** Room for the bytes of one batch, and so for the longest frame; no Linux link has a larger MTU than 64 KiB. */
const arenaBytes = 1 << 20
/** `struct mmsghdr` and `struct iovec` where pointers have 64 bits. */
const headerBytes = 64
const vectorBytes = 16

/** A buffer that this many frames of a batch lie in is worth asking for its address. */
const worthAsking = 8

/**
 * Memory for one `sendmmsg`: 1024 message headers, each with one iovec, and room for the frames' bytes behind one another. All is
 * laid out once, outside the garbage collector's reach; per frame it costs a copy and three stores. Frames that lie in one buffer
 * with others, as those of a request do, are not even copied.
 */
export class Batch {
  readonly #arena = new Uint8Array(arenaBytes)
  readonly #vectors = new Uint32Array((slots * vectorBytes) / 4)
  readonly #headers = new Uint8Array(slots * headerBytes)
  readonly #arenaAddress = addressOf(this.#arena)
  readonly #headersAddress = addressOf(this.#headers)

  constructor() {
    if (endianness() !== 'LE' || !['x64', 'arm64'].includes(process.arch)) {
      throw new Error(`message headers are laid out for x64 and arm64 only, this is ${process.arch}`)
    }
    const vectorsAddress = addressOf(new Uint8Array(this.#vectors.buffer))
    const view = new DataView(this.#headers.buffer)
    for (let slot = 0; slot < slots; slot++) {
      // msg_iov and msg_iovlen; no name, the socket is bound
      view.setBigUint64(slot * headerBytes + 16, BigInt(vectorsAddress + slot * vectorBytes), true)
      view.setBigUint64(slot * headerBytes + 24, 1n, true)
    }
  }

  /**
   * Takes frames from `start` on until the batch is full. They must stay as they are, and be referenced, until they are sent.
   * Returns how many; 0 when the first is longer than 1 MiB.
   */
  fill(frames: readonly Uint8Array[], start: number): number {
    const vectors = this.#vectors
    const count = Math.min(slots, frames.length - start)
    const shared = sharedBuffer(frames, start, count)
    const sharedAddress = shared === null ? 0 : addressOf(new Uint8Array(shared))
    let offset = 0
    for (let slot = 0; slot < count; slot++) {
      const frame = frames[start + slot] as Uint8Array
      if (offset + frame.length > arenaBytes) return slot
      const isShared = shared !== null && frame.buffer === shared
      if (!isShared) this.#arena.set(frame, offset)
      const address = isShared ? sharedAddress + frame.byteOffset : this.#arenaAddress + offset
      vectors[slot * 4] = address
      vectors[slot * 4 + 1] = address / 0x1_0000_0000
      vectors[slot * 4 + 2] = frame.length
      offset += frame.length
    }
    return count
  }

  /**
   * Takes frames from `start` on; none is copied. They must stay as they are until they are sent. Returns how many.
   * @param address where the bytes lie
   * @throws RangeError when they end before a frame does
   */
  fillPacked({ bytes, starts, lengths }: PackedFrames, start: number, address: number): number {
    const vectors = this.#vectors
    const count = Math.min(slots, lengths.length - start)
    for (let slot = 0; slot < count; slot++) {
      const from = starts[start + slot] as number
      const length = lengths[start + slot] as number
      if (from + length > bytes.length)
        throw new RangeError(`a frame ends ${from + length - bytes.length} bytes too late`)
      vectors[slot * 4] = address + from
      vectors[slot * 4 + 1] = (address + from) / 0x1_0000_0000
      vectors[slot * 4 + 2] = length
    }
    return count
  }

  /** Address of the message header of one slot. */
  headerAddress(slot: number): number {
    return this.#headersAddress + slot * headerBytes
  }
}

/** The buffer that the first frames lie in together. */
function sharedBuffer(frames: readonly Uint8Array[], start: number, count: number): ArrayBufferLike | null {
  if (count < worthAsking) return null
  const buffer = frames[start]?.buffer
  const next = frames[start + worthAsking - 1]?.buffer
  return buffer !== undefined && buffer === next ? buffer : null
}

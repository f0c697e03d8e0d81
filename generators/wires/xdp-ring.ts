import { constants, endianness } from 'node:os'
import {
  addressOf,
  errnoName,
  lastErrno,
  type Libc,
  dontWait,
  sockRaw,
  sockCloexec,
  solSocket,
  soSndbuf,
} from './libc.ts'
import { mapXdpRing, type XdpMapping } from './xdp-mapping.ts'
import type { PackedFrames } from '../conversation/packed-frames.ts'
import { type Sent, WireError } from './wire.ts'

/** Frames that are posted at a time. */
const slots = 1024
/** Room for the bytes of those that are copied. */
const scratchBytes = 1 << 20
/** Longest frame, and what memory must be aligned to. */
const page = 4096
const etherHeader = 14

/** What a ring sends from. */
export interface RingMemory {
  memory: Uint8Array
  /** Bytes at its beginning for frames that lie elsewhere and are copied. */
  scratch: number
}

/**
 * The sending half of an AF_XDP socket in copy mode, one for an interface: the kernel takes frames from a ring, copies each and gives
 * it to the device, which costs a third less than `sendmmsg`. It goes past the queueing discipline and the sender's own taps.
 * The kernel's documentation, `networking/af_xdp.rst`; layouts: `linux/if_xdp.h`.
 */
export class XdpRing {
  readonly #libc: Libc
  readonly #fd: number
  readonly #longest: number
  /** Where frames are sent from. */
  readonly #memory: Uint8Array
  /** Bytes at its beginning for frames that lie elsewhere. */
  readonly #scratch: number
  readonly #offsets = new Uint32Array(slots)
  readonly #lengths = new Uint32Array(slots)
  readonly #sending: XdpMapping
  readonly #completed: XdpMapping

  private constructor(
    c: Libc,
    fd: number,
    longest: number,
    { memory, scratch }: RingMemory,
    sending: XdpMapping,
    completed: XdpMapping,
  ) {
    this.#libc = c
    this.#fd = fd
    this.#longest = longest
    this.#memory = memory
    this.#scratch = scratch
    this.#sending = sending
    this.#completed = completed
  }

  /**
   * Null where the kernel has none, or not one that says after an error how far it came (before Linux 6.17), where another socket has the
   * interface's queue, or memory may not be locked.
   * @param mtu bytes of the interface's largest packet
   * @param memory a whole number of pages that the kernel can lock
   */
  static open(c: Libc, interfaceIndex: number, mtu: number, memory: RingMemory = ownMemory()): XdpRing | null {
    if (endianness() !== 'LE') return null
    const fd = c.socket(afXdp, sockRaw | sockCloexec, 0)
    if (fd < 0) return null
    try {
      const set = (option: number, value: Uint8Array) => c.setsockopt(fd, solXdp, option, value, value.length) === 0
      c.setsockopt(fd, solSocket, soSndbuf, words(4 << 20), 4)
      const isReady =
        set(umemRegister, registration(memory.memory)) &&
        set(umemFillRing, words(slots)) &&
        set(umemCompletionRing, words(slots)) &&
        set(txRing, words(slots)) &&
        set(maxTxBudget, words(slots))
      const offsets = new Uint8Array(128)
      if (!isReady || c.getsockopt(fd, solXdp, mmapOffsets, offsets, words(offsets.length)) < 0)
        throw new Error(errnoName(lastErrno()))
      const sending = mapXdpRing(c, fd, offsets, 'sending', slots)
      const completed = mapXdpRing(c, fd, offsets, 'completed', slots)
      const address = words(afXdp | (copyMode << 16), interfaceIndex, 0, 0)
      if (c.bind(fd, address, address.length) < 0) throw new Error(errnoName(lastErrno()))
      return new XdpRing(c, fd, Math.min(mtu + etherHeader, page), memory, sending, completed)
    } catch {
      c.close(fd)
      return null
    }
  }

  /** Takes frames from `start` on until it is full or one comes that a packet socket has to judge. Returns how many. */
  fill(frames: readonly Uint8Array[], start: number): number {
    let at = 0
    const count = Math.min(slots, frames.length - start)
    for (let slot = 0; slot < count; slot++) {
      const frame = frames[start + slot] as Uint8Array
      if (at + frame.length > this.#scratch || !this.#place(slot, at, frame.length)) return slot
      this.#memory.set(frame, at)
      at += frame.length
    }
    return count
  }

  /** As `fill`, for packed frames; they are not copied when they lie in its memory. */
  fillPacked({ bytes, starts, lengths }: PackedFrames, start: number): number {
    const isHere = bytes.buffer === this.#memory.buffer
    const from = starts[start] as number
    const base = isHere ? bytes.byteOffset - this.#memory.byteOffset : -from
    const limit = isHere ? this.#memory.length : this.#scratch
    let [end, slot] = [from, 0]
    const count = Math.min(slots, lengths.length - start)
    for (; slot < count; slot++) {
      const at = starts[start + slot] as number
      const length = lengths[start + slot] as number
      if (base + at + length > limit || !this.#place(slot, base + at, length)) break
      end = at + length
    }
    if (!isHere) this.#memory.set(bytes.subarray(from, end))
    return slot
  }

  /**
   * Sends what was filled in. A frame that finds a full queue is sent again after a wait.
   * @param start place of the first frame, for `refused`
   * @param wait gives the queue some time; false when it has had enough
   * @throws WireError when the socket is broken
   */
  flush(count: number, start: number, refused: Sent['refused'], wait: () => boolean): void {
    this.#post(0, count)
    for (let left = count; left > 0; ) {
      const failed = this.#libc.sendto(this.#fd, 0, 0, dontWait, 0, 0) < 0
      const errno = failed ? lastErrno() : 0
      this.#completed.drain()
      const before = left
      left = this.#sending.left
      if (errno === EINTR || ((!failed || errno === EAGAIN) && left < before)) continue
      if (errno === EBADF) throw new WireError('the XDP socket is gone: EBADF')
      // EBUSY: the device dropped the last one that was taken. Otherwise the next one could not be taken.
      const next = errno === EBUSY ? count - left - 1 : count - left
      const isFull = !failed || errno === EBUSY || errno === EAGAIN || errno === ENOBUFS
      if (isFull && wait()) this.#post(next, count)
      else {
        refused.push({ index: start + next, error: isFull ? 'ENOBUFS' : errnoName(errno) })
        this.#post(next + 1, count)
      }
      left = this.#sending.left
    }
  }

  close(): void {
    this.#sending.unmap()
    this.#completed.unmap()
    this.#libc.close(this.#fd)
  }

  #place(slot: number, at: number, length: number): boolean {
    if (length < etherHeader || length > this.#longest) return false
    this.#offsets[slot] = at
    this.#lengths[slot] = length
    return true
  }

  /** Makes the ring hold the frames from one slot on and nothing else. */
  #post(from: number, to: number): void {
    const { descriptors } = this.#sending
    const consumer = this.#sending.consumer
    for (let slot = from; slot < to; slot++) {
      const place = ((consumer + slot - from) % slots) * 4
      descriptors[place] = this.#offsets[slot] as number
      descriptors[place + 1] = 0
      descriptors[place + 2] = this.#lengths[slot] as number
      descriptors[place + 3] = 0
    }
    this.#sending.publish(consumer + to - from)
  }
}

const { EAGAIN, EBADF, EBUSY, EINTR, ENOBUFS } = constants.errno
const afXdp = 44
const solXdp = 283
const mmapOffsets = 1
const txRing = 3
const umemRegister = 4
const umemFillRing = 5
const umemCompletionRing = 6
const maxTxBudget = 9
const copyMode = 2
const unalignedChunks = 1

/** Outside the garbage collector's reach, as the kernel locks its pages. */
function ownMemory(): RingMemory {
  const memory = new Uint8Array(scratchBytes + page)
  const past = addressOf(memory) % page
  const from = past === 0 ? 0 : page - past
  return { memory: memory.subarray(from, from + scratchBytes), scratch: scratchBytes }
}

/** `struct xdp_umem_reg`: frames may begin anywhere, and be a page long. */
function registration(memory: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(32)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(addressOf(memory)), true)
  view.setBigUint64(8, BigInt(memory.length), true)
  view.setUint32(16, page, true)
  view.setUint32(24, unalignedChunks, true)
  return bytes
}

function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer)
}

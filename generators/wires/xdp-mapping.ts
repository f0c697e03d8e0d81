import { errnoName, lastErrno, type Libc, viewOf } from './libc.ts'

/** One ring of an AF_XDP socket as it lies in memory. Indices count on and wrap at 32 bits. */
export interface XdpMapping {
  descriptors: Uint32Array
  /** How far the kernel has come. */
  readonly consumer: number
  /** How many the kernel has not taken yet. */
  readonly left: number
  /** Tells the kernel how far it may go. */
  publish(producer: number): void
  /** Takes all that the kernel has put in. */
  drain(): void
  unmap(): void
}

/** Place in `struct xdp_mmap_offsets`, offset for mmap(2), bytes of one entry. */
const kinds = {
  sending: { place: 1, offset: 0x8000_0000, entry: 16 },
  completed: { place: 3, offset: 0x1_8000_0000, entry: 8 },
}
const readAndWrite = 3
const sharedAndPopulated = 0x8001

/**
 * @param offsets what XDP_MMAP_OFFSETS told
 * @throws Error when it cannot be mapped
 */
export function mapXdpRing(
  c: Libc,
  fd: number,
  offsets: Uint8Array,
  kind: keyof typeof kinds,
  slots: number,
): XdpMapping {
  const { place, offset, entry } = kinds[kind]
  const view = new DataView(offsets.buffer, offsets.byteOffset + place * 32)
  const [producerAt, consumerAt, entriesAt] = [0, 8, 16].map((at) => Number(view.getBigUint64(at, true)))
  const length = (entriesAt as number) + slots * entry
  const address = c.mmap(0, length, readAndWrite, sharedAndPopulated, fd, offset)
  if (Number(address) === -1) throw new Error(errnoName(lastErrno()))
  const memory = viewOf(address, length)
  const producer = new Uint32Array(memory, producerAt, 1)
  const consumer = new Uint32Array(memory, consumerAt, 1)
  return {
    descriptors: new Uint32Array(memory, entriesAt, (slots * entry) / 4),
    get consumer() {
      return Atomics.load(consumer, 0)
    },
    get left() {
      return (Atomics.load(producer, 0) - Atomics.load(consumer, 0)) >>> 0
    },
    publish: (index) => void Atomics.store(producer, 0, index),
    drain: () => void Atomics.store(consumer, 0, Atomics.load(producer, 0)),
    unmap: () => void c.munmap(address, length),
  }
}

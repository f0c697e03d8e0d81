import { PcapError } from '../errors.ts'
import type { ByteWindow } from './byte-window.ts'
import { CaptureCursor, longestRecord } from './capture-record.ts'

const fileHeader = 24
const recordHeader = 16

/** Ticks a millisecond, by the magic number as the writing machine has it. */
const ticks = new Map([
  [0xa1b2c3d4, 1e3],
  [0xa1b23c4d, 1e6],
])

/** The byte order and time unit that the first four bytes tell, or null when they begin no classic pcap. */
export function classicFormat(view: DataView): { littleEndian: boolean; ticksPerMs: number } | null {
  for (const littleEndian of [true, false]) {
    const ticksPerMs = ticks.get(view.getUint32(0, littleEndian))
    if (ticksPerMs !== undefined) return { littleEndian, ticksPerMs }
  }
  return null
}

/** Records of a classic pcap file (draft-ietf-opsawg-pcap): both byte orders, micro- and nanoseconds. */
export class ClassicRecords extends CaptureCursor {
  readonly #littleEndian: boolean
  readonly #ticksPerMs: number
  readonly #checkBytes: number
  #next = fileHeader

  /** @throws PcapError when the file header cannot be read */
  constructor(window: ByteWindow) {
    super(window)
    window.need(0, fileHeader, 'the file header')
    const format = classicFormat(window.view)
    if (format === null) throw new PcapError('no classic pcap')
    const { littleEndian, ticksPerMs } = format
    const major = window.view.getUint16(4, littleEndian)
    if (major !== 2) throw new PcapError(`pcap version ${major} at byte 4; only version 2 is read`)
    const network = window.view.getUint32(20, littleEndian)
    this.#littleEndian = littleEndian
    this.#ticksPerMs = ticksPerMs
    // §4: where bit 26 is set, the four highest bits count the 16-bit words of the frame check sequence.
    this.#checkBytes = (network & 0x0400_0000) === 0 ? 0 : (network >>> 28) * 2
    this.linkType = network & 0xffff
  }

  next(): boolean {
    const offset = this.#next
    const { window } = this
    if (window.left(offset) <= 0) return false
    const littleEndian = this.#littleEndian
    const number = this.number + 1
    const header = window.need(offset, recordHeader, 'the header of record', number)
    const { view } = window
    const captured = view.getUint32(header + 8, littleEndian)
    if (captured > longestRecord)
      throw new PcapError(`record ${number} at byte ${offset} claims ${captured} bytes, the most is ${longestRecord}`)
    this.at = view.getUint32(header, littleEndian) * 1000 + view.getUint32(header + 4, littleEndian) / this.#ticksPerMs
    this.originalLength = Math.max(0, view.getUint32(header + 12, littleEndian) - this.#checkBytes)
    this.start = window.need(offset, recordHeader + captured, 'record', number) + recordHeader
    this.end = this.start + (this.#checkBytes > 0 ? Math.min(captured, this.originalLength) : captured)
    this.number = number
    this.offset = offset
    this.#next = offset + recordHeader + captured
    return true
  }
}

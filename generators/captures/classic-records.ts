import { PcapError } from '../errors.ts'
import type { ByteWindow } from './byte-window.ts'
import { type CaptureRecord, longestRecord } from './capture-record.ts'

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

/**
 * Records of a classic pcap file (draft-ietf-opsawg-pcap): both byte orders, micro- and nanoseconds.
 * @throws PcapError at the first record that cannot be read
 */
export function* classicRecords(window: ByteWindow): Generator<CaptureRecord> {
  window.need(0, fileHeader, 'the file header')
  const format = classicFormat(window.view)
  if (format === null) throw new PcapError('no classic pcap')
  const { littleEndian, ticksPerMs } = format
  const major = window.view.getUint16(4, littleEndian)
  if (major !== 2) throw new PcapError(`pcap version ${major} at byte 4; only version 2 is read`)
  const network = window.view.getUint32(20, littleEndian)
  const linkType = network & 0xffff
  // §4: where bit 26 is set, the four highest bits count the 16-bit words of the frame check sequence.
  const checkBytes = (network & 0x0400_0000) === 0 ? 0 : (network >>> 28) * 2
  let offset = fileHeader
  for (let number = 1; window.left(offset) > 0; number++) {
    const what = `the header of record ${number}`
    const header = window.need(offset, recordHeader, what)
    const { view } = window
    const captured = view.getUint32(header + 8, littleEndian)
    if (captured > longestRecord) {
      throw new PcapError(`record ${number} at byte ${offset} claims ${captured} bytes, the most is ${longestRecord}`)
    }
    const at = view.getUint32(header, littleEndian) * 1000 + view.getUint32(header + 4, littleEndian) / ticksPerMs
    const originalLength = Math.max(0, view.getUint32(header + 12, littleEndian) - checkBytes)
    const start = window.need(offset, recordHeader + captured, `record ${number}`) + recordHeader
    const length = Math.min(captured, originalLength)
    const bytes = window.bytes.subarray(start, start + (checkBytes > 0 ? length : captured))
    yield { number, offset, linkType, at, bytes, originalLength }
    offset += recordHeader + captured
  }
}

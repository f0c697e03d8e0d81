import { PcapError } from '../errors.ts'
import type { OpenFile } from '../files.ts'
import { ByteWindow } from './byte-window.ts'
import type { CaptureCursor, CaptureRecord } from './capture-record.ts'
import { classicFormat, ClassicRecords } from './classic-records.ts'
import { isPcapng, PcapngRecords } from './pcapng-records.ts'

/** Formats that people take for captures, or that hold one, by how they begin. */
const others: [start: string, name: string][] = [
  ['1f8b', 'compressed with gzip; unpack it with gunzip'],
  ['28b52ffd', 'compressed with zstd; unpack it with unzstd'],
  ['fd377a58', 'compressed with xz; unpack it with unxz'],
  ['04224d18', 'compressed with lz4; unpack it with unlz4'],
  ['504b0304', 'a zip archive; unpack it'],
  ['a1b2cd34', 'pcap of a patched libpcap; convert it: editcap -F pcap'],
  ['34cdb2a1', 'pcap of a patched libpcap; convert it: editcap -F pcap'],
  ['736e6f6f', 'a snoop capture; convert it: editcap -F pcap'],
]

/**
 * Goes through a capture, pcap or pcapng. No more than small pieces of the file are in memory at a time.
 * @param reuse the same memory takes piece after piece: faster, and what is not held does not stay as it is
 * @throws PcapError that names the place in the file: no capture, cut off, out of step; when called or on the way
 */
export function openCapture(file: OpenFile, reuse = false): CaptureCursor {
  if (file.size === 0) throw new PcapError('the file is empty')
  const window = new ByteWindow(file, reuse)
  const begun = Math.min(4, file.size)
  window.need(0, begun, 'the file header')
  const start = Buffer.from(window.bytes.subarray(0, begun)).toString('hex')
  if (begun === 4 && isPcapng(window.view)) return new PcapngRecords(window)
  if (begun === 4 && classicFormat(window.view) !== null) return new ClassicRecords(window)
  const known = others.find(([hex]) => start.startsWith(hex))
  throw new PcapError(known ? `is ${known[1]}` : `is no capture: neither pcap nor pcapng begins with 0x${start}`)
}

/** As `openCapture`, for who wants one packet after another; with `reuse` its bytes are valid only until the next one. */
export function* captureRecords(file: OpenFile, reuse = false): Generator<CaptureRecord> {
  const cursor = openCapture(file, reuse)
  while (cursor.next()) {
    const { number, offset, linkType, at, memory, start, end, originalLength } = cursor
    yield { number, offset, linkType, at, bytes: memory.subarray(start, end), originalLength }
  }
}

import { PcapError } from '../errors.ts'
import type { OpenFile } from '../files.ts'
import { ByteWindow } from './byte-window.ts'
import type { CaptureRecord } from './capture-record.ts'
import { classicFormat, classicRecords } from './classic-records.ts'
import { isPcapng, pcapngRecords } from './pcapng-records.ts'

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
 * Goes through a capture, pcap or pcapng, from its first packet to its last. No more than a small piece of the file is in memory
 * at a time.
 * @param reuse a record's bytes are valid only until the next one: takes less memory
 * @throws PcapError that names the place in the file: no capture, cut off, out of step
 */
export function* captureRecords(file: OpenFile, reuse = false): Generator<CaptureRecord> {
  if (file.size === 0) throw new PcapError('the file is empty')
  const window = new ByteWindow(file, reuse)
  const begun = Math.min(4, file.size)
  window.need(0, begun, 'the file header')
  const start = Buffer.from(window.bytes.subarray(0, begun)).toString('hex')
  if (begun === 4 && isPcapng(window.view)) yield* pcapngRecords(window)
  else if (begun === 4 && classicFormat(window.view) !== null) yield* classicRecords(window)
  else {
    const known = others.find(([hex]) => start.startsWith(hex))
    throw new PcapError(known ? `is ${known[1]}` : `is no capture: neither pcap nor pcapng begins with 0x${start}`)
  }
}

import type { Conversation, Frame } from '../conversation/conversation.ts'
import { PcapError } from '../errors.ts'

/** One frame of a capture. */
export interface CapturedFrame {
  /** Nanoseconds since the epoch. */
  at: bigint
  /** The captured bytes, destination MAC first. */
  bytes: Uint8Array
  /** Length on the wire; more than `bytes` holds when the capture cut the frame. */
  originalLength: number
}

export interface PcapOptions {
  /** `us` (default) for microseconds, which every tool reads, `ns` for nanoseconds. */
  precision?: 'us' | 'ns'
}

/** Bytes in front of the first packet of a pcap file. */
export const fileHeaderLength = 24
const recordHeaderLength = 16
const pieceLength = 65_536
const ethernet = 1
const magics = { us: 0xa1b2c3d4, ns: 0xa1b23c4d }
/** tcpdump's own largest snapshot; a longer record means that the stream is out of step. */
const longestFrame = 262_144
const second = 1_000_000_000n

/**
 * Makes a pcap file (version 2.4, little-endian, Ethernet) of frames, in their order.
 * @throws PcapError when a frame is longer than 262144 bytes or its time does not fit the format (1970 to 2106).
 */
export function writePcap(frames: Iterable<{ at: bigint; bytes: Uint8Array }>, options: PcapOptions = {}): Uint8Array {
  return Buffer.concat([...pcapPieces(frames, options)])
}

/** As `writePcap`, in pieces of about 64 KiB, for files that need not be in memory as a whole. */
export function* pcapPieces(
  frames: Iterable<{ at: bigint; bytes: Uint8Array }>,
  options: PcapOptions = {},
): Generator<Uint8Array> {
  const precision = options.precision ?? 'us'
  let chunks: Uint8Array[] = [fileHeader(precision)]
  let held = fileHeaderLength
  let index = 0
  for (const { at, bytes } of frames) {
    chunks.push(recordHeader(at, bytes.length, precision, index), bytes)
    held += recordHeaderLength + bytes.length
    index += 1
    if (held < pieceLength) continue
    yield Buffer.concat(chunks, held)
    chunks = []
    held = 0
  }
  if (held > 0) yield Buffer.concat(chunks, held)
}

/**
 * A conversation as a pcap file that any offline tool can read.
 * @param startMs time of the first frame, milliseconds since the epoch; later ones follow by their `delay`, but at least one microsecond on
 */
export function conversationToPcap(conversation: Conversation, startMs: number, options: PcapOptions = {}): Uint8Array {
  return writePcap(timed(conversation.frames, startMs), options)
}

/** As `conversationToPcap`, in pieces of about 64 KiB. */
export function conversationPieces(conversation: Conversation, startMs: number): Generator<Uint8Array> {
  return pcapPieces(timed(conversation.frames, startMs))
}

function* timed(frames: Iterable<Frame>, startMs: number): Generator<{ at: bigint; bytes: Uint8Array }> {
  let at = millisecondsToNanoseconds(startMs)
  let isFirst = true
  for (const { bytes, delay } of frames) {
    const step = millisecondsToNanoseconds(delay ?? 0)
    if (!isFirst) at += step > 1000n ? step : 1000n
    isFirst = false
    yield { at, bytes }
  }
}

function recordHeader(at: bigint, length: number, precision: 'us' | 'ns', index: number): Uint8Array {
  const seconds = at / second
  if (at < 0n || seconds > 0xffff_ffffn) throw new PcapError(`frame ${index}: time ${at} ns is outside 1970 to 2106`)
  if (length > longestFrame) throw new PcapError(`frame ${index}: ${length} bytes, the most is ${longestFrame}`)
  const header = new DataView(new ArrayBuffer(recordHeaderLength))
  header.setUint32(0, Number(seconds), true)
  header.setUint32(4, Number(precision === 'us' ? (at % second) / 1000n : at % second), true)
  header.setUint32(8, length, true)
  header.setUint32(12, length, true)
  return new Uint8Array(header.buffer)
}

/**
 * Reads a pcap stream bit by bit: give it chunks as they come, get the frames that are complete.
 * Microsecond and nanosecond files of both byte orders; link type Ethernet only.
 */
export class PcapReader {
  #pending: Uint8Array = new Uint8Array(0)
  #format: { littleEndian: boolean; nanoseconds: boolean } | null = null
  #consumed = 0

  /** @throws PcapError when the bytes are no pcap of Ethernet frames */
  push(chunk: Uint8Array): CapturedFrame[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    const view = new DataView(this.#pending.buffer, this.#pending.byteOffset, this.#pending.byteLength)
    let offset = 0
    if (this.#format === null) {
      if (this.#pending.length < fileHeaderLength) return []
      this.#format = readFileHeader(view)
      offset = fileHeaderLength
    }
    const { littleEndian, nanoseconds } = this.#format
    const frames: CapturedFrame[] = []
    while (this.#pending.length - offset >= recordHeaderLength) {
      const length = view.getUint32(offset + 8, littleEndian)
      if (length > longestFrame) {
        throw new PcapError(
          `record at byte ${this.#consumed + offset} claims ${length} bytes, the most is ${longestFrame}`,
        )
      }
      const start = offset + recordHeaderLength
      if (this.#pending.length - start < length) break
      const seconds = BigInt(view.getUint32(offset, littleEndian))
      const fraction = BigInt(view.getUint32(offset + 4, littleEndian))
      frames.push({
        at: seconds * second + (nanoseconds ? fraction : fraction * 1000n),
        bytes: this.#pending.slice(start, start + length),
        originalLength: view.getUint32(offset + 12, littleEndian),
      })
      offset = start + length
    }
    this.#consumed += offset
    this.#pending = this.#pending.slice(offset)
    return frames
  }

  /**
   * Call when the stream has ended.
   * @throws PcapError when it ended inside the file header or a record
   */
  end(): void {
    if (this.#format === null) throw new PcapError('the capture ended before its file header was complete')
    if (this.#pending.length > 0) {
      throw new PcapError(
        `the capture ended inside a record: ${this.#pending.length} bytes after byte ${this.#consumed}`,
      )
    }
  }
}

/** Reads a whole pcap file. @throws PcapError as PcapReader does */
export function readPcap(bytes: Uint8Array): CapturedFrame[] {
  const reader = new PcapReader()
  const frames = reader.push(bytes)
  reader.end()
  return frames
}

function fileHeader(precision: 'us' | 'ns'): Uint8Array {
  const header = new DataView(new ArrayBuffer(fileHeaderLength))
  header.setUint32(0, magics[precision], true)
  header.setUint16(4, 2, true)
  header.setUint16(6, 4, true)
  header.setUint32(16, longestFrame, true)
  header.setUint32(20, ethernet, true)
  return new Uint8Array(header.buffer)
}

function readFileHeader(view: DataView): { littleEndian: boolean; nanoseconds: boolean } {
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian)
    if (magic !== magics.us && magic !== magics.ns) continue
    // The upper bits hold the length of a frame check sequence, the link type stands in the lower 16.
    const linkType = view.getUint32(20, littleEndian) & 0xffff
    if (linkType !== ethernet) throw new PcapError(`link type ${linkType}, only Ethernet (1) is read`)
    return { littleEndian, nanoseconds: magic === magics.ns }
  }
  throw new PcapError(
    `not a pcap: it starts with 0x${view.getUint32(0).toString(16).padStart(8, '0')} (pcapng is not read)`,
  )
}

function millisecondsToNanoseconds(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds * 1000)) * 1000n
}

import type { Readable } from 'node:stream'
import { PcapReader } from '../../generators/wires/pcap-file.ts'

/** One frame as the witness saw it at the sensor's vantage point. */
export interface CapturedFrame {
  /** Milliseconds since the epoch with fraction, by the clock of the machine that the frame was on. */
  at: number
  /** The whole Ethernet frame, VLAN tags included, without frame check sequence. */
  bytes: Uint8Array
}

/**
 * Frames of a pcap stream, as they come. Ends with the stream, also when that is cut off inside a record.
 * @throws PcapError when the stream is no pcap of Ethernet frames.
 */
export async function* captureFrames(pcap: Readable): AsyncGenerator<CapturedFrame> {
  const reader = new PcapReader()
  for await (const chunk of pcap) {
    for (const { at, bytes } of reader.push(chunk as Buffer)) yield { at: Number(at / 1000n) / 1000, bytes }
  }
}

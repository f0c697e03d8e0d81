import type { ByteWindow } from './byte-window.ts'

/** One packet of a capture as it stands in the file. */
export interface CaptureRecord {
  /** Counts from 1, as Wireshark shows it. */
  number: number
  /** Place of its record or block in the file. */
  offset: number
  /** Link type, https://www.tcpdump.org/linktypes.html. */
  linkType: number
  /** Milliseconds since the epoch, with fraction. */
  at: number
  /** What was captured, without frame check sequence. It may be changed: no other record shares it. */
  bytes: Uint8Array
  /** Length on the wire. */
  originalLength: number
}

/** Goes through a capture from its first packet to its last. Its fields tell of the packet that it stands on. */
export abstract class CaptureCursor implements Omit<CaptureRecord, 'bytes'> {
  protected readonly window: ByteWindow
  linkType = 0
  number = 0
  offset = 0
  at = 0
  originalLength = 0
  /** Where in the memory the packet begins and ends. */
  start = 0
  end = 0

  constructor(window: ByteWindow) {
    this.window = window
  }

  /** The memory that the packet lies in. */
  get memory(): Uint8Array {
    return this.window.bytes
  }

  /** Has the memory stay as it is until this is asked for again. Else it may be used again, piece by piece. */
  hold(): void {
    this.window.hold()
  }

  /**
   * Goes to the next packet; false when there is none.
   * @throws PcapError when it cannot be read
   */
  abstract next(): boolean
}

/** Longest record that is read, bytes: tcpdump's own largest snapshot. A longer one means that the file is out of step. */
export const longestRecord = 262_144

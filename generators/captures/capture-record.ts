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
export interface CaptureCursor extends Readonly<Omit<CaptureRecord, 'bytes'>> {
  /** The memory that the packet lies in. */
  readonly memory: Uint8Array
  /** Where in the memory it begins and ends. */
  readonly start: number
  readonly end: number
  /**
   * Goes to the next packet; false when there is none.
   * @throws PcapError when it cannot be read
   */
  next(): boolean
  /** Has the memory stay as it is until this is asked for again. Else it may be used again, piece by piece. */
  hold(): void
}

/** Longest record that is read, bytes: tcpdump's own largest snapshot. A longer one means that the file is out of step. */
export const longestRecord = 262_144

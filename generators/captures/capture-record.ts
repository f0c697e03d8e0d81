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

/** Longest record that is read, bytes: tcpdump's own largest snapshot. A longer one means that the file is out of step. */
export const longestRecord = 262_144

/** What an Interface Description Block's options say of time, draft-ietf-opsawg-pcapng §4.2. */
export interface InterfaceTime {
  /** Ticks a second; 1,000,000 where the option is absent. */
  ticksPerSecond: number
  /** Seconds to be added to every time. */
  offset: number
}

const ifTsresol = 9
const ifTsoffset = 14

/** Reads `if_tsresol` and `if_tsoffset` from a list of options; others are passed over. */
export function interfaceTime(view: DataView, start: number, end: number, littleEndian: boolean): InterfaceTime {
  const time = { ticksPerSecond: 1e6, offset: 0 }
  for (let at = start; at + 4 <= end; ) {
    const [code, length] = [view.getUint16(at, littleEndian), view.getUint16(at + 2, littleEndian)]
    const value = at + 4
    if (code === 0 || value + length > end) break
    if (code === ifTsresol && length >= 1) {
      const resolution = view.getUint8(value)
      time.ticksPerSecond = (resolution & 0x80) === 0 ? 10 ** resolution : 2 ** (resolution & 0x7f)
    } else if (code === ifTsoffset && length >= 8) {
      time.offset = Number(view.getBigInt64(value, littleEndian))
    }
    at = value + Math.ceil(length / 4) * 4
  }
  return time
}

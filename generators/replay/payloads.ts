import { put } from './checksums.ts'

/** Changes the bytes `start` to `end` of a frame without making them longer or shorter, and returns by how much their sum grows. */
export type PayloadChange = (
  frame: Uint8Array,
  start: number,
  end: number,
  ports: { source: number; destination: number },
  isTcp: boolean,
) => number

/** Finds the trial's address for one of the capture's; null for an address that is nobody's. */
export type AddressOf = (frame: Uint8Array, at: number, isIpv6: boolean) => Uint8Array | null

/** Writes one text of eight characters over another, wherever it stands. */
export function markerChange(old: string, marker: string): PayloadChange {
  const [before, after] = [Buffer.from(old, 'latin1'), Buffer.from(marker, 'latin1')]
  return (frame, start, end) => {
    const payload = Buffer.from(frame.buffer, frame.byteOffset + start, end - start)
    let delta = 0
    for (let found = payload.indexOf(before); found >= 0; found = payload.indexOf(before, found + before.length))
      delta += putAnywhere(frame, start + found, after, start)
    return delta
  }
}

/** DNS over UDP and TCP, and its multicast kin. */
const dnsPorts = new Set([53, 5353, 5355])
const types = { a: 1, aaaa: 28 }

/** Maps the addresses of A and AAAA records (RFC 1035 §4.1, RFC 3596 §2.2) that are hosts of the capture. */
export function dnsChange(addressOf: AddressOf): PayloadChange {
  return (frame, start, end, ports, isTcp) => {
    if (!dnsPorts.has(ports.source) && !dnsPorts.has(ports.destination)) return 0
    // Over TCP a length of two bytes stands before the message, RFC 1035 §4.2.2.
    const message = isTcp ? start + 2 : start
    if (end - message < 12) return 0
    const view = new DataView(frame.buffer, frame.byteOffset, end)
    let at = message + 12
    let delta = 0
    for (let question = view.getUint16(message + 4); question > 0 && at < end; question--)
      at = nameEnd(frame, at, end) + 4
    let records = view.getUint16(message + 6) + view.getUint16(message + 8) + view.getUint16(message + 10)
    for (; records > 0 && at < end; records--) {
      const fixed = nameEnd(frame, at, end)
      if (fixed + 10 > end) break
      const [type, length] = [view.getUint16(fixed), view.getUint16(fixed + 8)]
      const data = fixed + 10
      const isIpv6 = type === types.aaaa && length === 16
      if ((isIpv6 || (type === types.a && length === 4)) && data + length <= end) {
        const address = addressOf(frame, data, isIpv6)
        if (address !== null) delta += putAnywhere(frame, data, address, start)
      }
      at = data + length
    }
    return delta
  }
}

/** Where a name ends: behind its zero, or behind the pointer that ends it. */
function nameEnd(frame: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end) {
    const length = frame[at] as number
    if (length === 0) return at + 1
    if (length >= 0xc0) return at + 2
    at += length + 1
  }
  return end
}

/**
 * As `put`, at odd places and with odd lengths too.
 * @param origin a place from which the sum takes the bytes two by two
 */
export function putAnywhere(frame: Uint8Array, at: number, bytes: Uint8Array, origin = 0): number {
  const start = at - ((at - origin) & 1)
  const length = Math.ceil((at + bytes.length - start) / 2) * 2
  const words = new Uint8Array(length)
  words.set(frame.subarray(start, start + length))
  words.set(bytes, at - start)
  if (start + length <= frame.length) return put(frame, start, words)
  // The last byte stands alone; the sum takes a zero behind it.
  const padded = new Uint8Array(length)
  padded.set(frame.subarray(start))
  const delta = put(padded, 0, words)
  frame.set(padded.subarray(0, frame.length - start), start)
  return delta
}

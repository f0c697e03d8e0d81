import { foldSum, internetChecksum, sumPseudoHeader, sumWords } from '../packets/checksum.ts'
import { type Dissection, kinds } from './dissection.ts'

/**
 * Writes bytes over others and returns by how much their one's complement sum grows. Place and length are even.
 * Nothing changed gives 0.
 */
export function put(frame: Uint8Array, at: number, bytes: Uint8Array): number {
  let delta = 0
  for (let index = 0; index < bytes.length; index += 2) {
    const place = at + index
    const before = ((frame[place] as number) << 8) | (frame[place + 1] as number)
    const after = ((bytes[index] as number) << 8) | (bytes[index + 1] as number)
    if (before === after) continue
    delta += after + (~before & 0xffff)
    frame[place] = after >> 8
    frame[place + 1] = after & 0xff
  }
  return delta
}

/** One 16-bit number. */
export function read16(frame: Uint8Array, at: number): number {
  return ((frame[at] as number) << 8) | (frame[at + 1] as number)
}

/** RFC 768: a sum of zero is sent as all ones, since zero means that there is none. */
export function onesForZero(frame: Uint8Array, field: number): void {
  if (read16(frame, field) === 0) frame.fill(0xff, field, field + 2)
}

/** As `put`, for one 16-bit number. */
export function put16(frame: Uint8Array, at: number, after: number): number {
  const before = ((frame[at] as number) << 8) | (frame[at + 1] as number)
  if (before === after) return 0
  frame[at] = after >> 8
  frame[at + 1] = after & 0xff
  return after + (~before & 0xffff)
}

/** The delta that takes another one back. */
function negative(delta: number): number {
  return delta === 0 ? 0 : foldSum(delta)
}

/** Brings a checksum up to date: RFC 1624 §3, equation 3. One that was wrong stays wrong by as much. */
export function adjust(frame: Uint8Array, field: number, delta: number): number {
  const before = ((frame[field] as number) << 8) | (frame[field + 1] as number)
  const after = delta === 0 ? before : foldSum((~before & 0xffff) + delta)
  frame[field] = after >> 8
  frame[field + 1] = after & 0xff
  return after
}

/**
 * Brings all checksums of a frame up to date, from the inside out.
 * @param deltas by how much the sum of each header's own bytes has grown, its payload's included where nothing lies inside it
 * @param pseudo by how much the sum of each IP header's addresses has grown, as far as pseudo headers hold them
 */
export function adjustChecksums(
  frame: Uint8Array,
  dissection: Dissection,
  deltas: Float64Array,
  pseudo: Float64Array,
): void {
  const { kind, at, end, extra, network, count } = dissection
  let payload = 0
  for (let index = count - 1; index >= 0; index--) {
    const start = at[index] as number
    const room = (end[index] as number) - start
    const own = deltas[index] as number
    const addresses = (network[index] as number) >= 0 ? (pseudo[network[index] as number] as number) : 0
    switch (kind[index]) {
      case kinds.ipv4:
        // With its checksum in it, the header's sum is what it was.
        adjust(frame, start + 10, own)
        break
      case kinds.tcp:
        payload = covered(frame, room >= 18 ? start + 16 : -1, own + payload, addresses)
        break
      case kinds.udp: {
        const field = room >= 8 && (frame[start + 6] !== 0 || frame[start + 7] !== 0) ? start + 6 : -1
        payload = covered(frame, field, own + payload, addresses)
        if (field >= 0) onesForZero(frame, field)
        break
      }
      case kinds.pseudo:
        payload = covered(frame, extra[index] as number, own + payload, addresses)
        break
      case kinds.icmp:
        payload = covered(frame, start + 2, own + payload, 0)
        break
      case kinds.icmpv6:
        payload = covered(frame, start + 2, own + payload, addresses)
        break
      case kinds.gre:
        payload = covered(
          frame,
          (extra[index] as number) > 0 && room >= 6 ? (extra[index] as number) : -1,
          own + payload,
          0,
        )
        break
      default:
        payload += own
    }
  }
}

/** Adjusts a checksum over `delta` and a pseudo header, and returns by how much the sum of all it covers in the packet has grown. */
function covered(frame: Uint8Array, field: number, delta: number, addresses: number): number {
  if (field < 0) return delta
  adjust(frame, field, delta + addresses)
  return negative(addresses)
}

/**
 * Computes checksums anew, whether they were right or not: for captures taken where the network card was still to fill them in.
 * Those of fragments, and of what ICMP errors quote, stay as they are.
 */
export function repairChecksums(frame: Uint8Array, dissection: Dissection): void {
  const { kind, at, end, network, count } = dissection
  let last = count
  for (let index = 0; index < count; index++)
    if ((kind[index] === kinds.icmp || kind[index] === kinds.icmpv6) && index + 1 < last) last = index + 1
  for (let index = last - 1; index >= 0; index--) {
    const [start, stop] = [at[index] as number, end[index] as number]
    const ip = network[index] as number
    if (kind[index] === kinds.ipv4) {
      const header = Math.min(stop, start + Math.max(20, ((frame[start] as number) & 15) * 4))
      write(frame, start + 10, () => internetChecksum(frame, start, header))
    } else if (kind[index] === kinds.icmp) write(frame, start + 2, () => internetChecksum(frame, start, stop))
    else if (
      ip >= 0 &&
      kind[index] !== kinds.ipv6 &&
      kind[index] !== kinds.pseudo &&
      !isFragment(frame, dissection, ip, start)
    ) {
      const [field, protocol] = transport(kind[index] as number)
      const stands = start + field
      if (stands + 2 > stop || (kind[index] === kinds.udp && frame[stands] === 0 && frame[stands + 1] === 0)) continue
      write(frame, stands, () => {
        const pseudo = sumPseudoHeader(addressesOf(frame, dissection, ip), protocol, stop - start)
        return foldSum(pseudo + sumWords(frame, start, stop))
      })
      if (kind[index] === kinds.udp) onesForZero(frame, stands)
    }
  }
}

function transport(kind: number): [field: number, protocol: number] {
  if (kind === kinds.tcp) return [16, 6]
  return kind === kinds.udp ? [6, 17] : [2, 58]
}

function write(frame: Uint8Array, field: number, compute: () => number): void {
  frame[field] = 0
  frame[field + 1] = 0
  const sum = compute()
  frame[field] = sum >> 8
  frame[field + 1] = sum & 0xff
}

function addressesOf(
  frame: Uint8Array,
  { kind, at }: Dissection,
  ip: number,
): { source: Uint8Array; destination: Uint8Array } {
  const [from, size] = kind[ip] === kinds.ipv4 ? [(at[ip] as number) + 12, 4] : [(at[ip] as number) + 8, 16]
  return { source: frame.subarray(from, from + size), destination: frame.subarray(from + size, from + 2 * size) }
}

/** More fragments to come, or over IPv6 any extension header, behind which there may be some. */
function isFragment(frame: Uint8Array, { kind, at }: Dissection, ip: number, transportAt: number): boolean {
  const start = at[ip] as number
  return kind[ip] === kinds.ipv4 ? ((frame[start + 6] as number) & 0x20) !== 0 : transportAt !== start + 40
}

import { PcapError } from '../errors.ts'
import type { CaptureRecord } from './capture-record.ts'

const ethernetHeader = 14
const etherTypes = { ipv4: 0x0800, ipv6: 0x86dd }

/** How the packets of a link type become Ethernet frames: where the network layer begins, and its EtherType. */
type Reader = (bytes: Uint8Array, view: DataView) => Found | null

interface Found {
  start: number
  etherType: number
  /** Where the sender's MAC stands; absent where there is none. */
  mac?: number
}

/** AF_INET6 of BSD, FreeBSD, macOS and Linux; AF_INET is 2 everywhere. */
const inet6 = [24, 28, 30, 10]

const rawIp: Reader = (bytes) => {
  const version = (bytes[0] ?? 0) >> 4
  return version === 4 || version === 6
    ? { start: 0, etherType: version === 4 ? etherTypes.ipv4 : etherTypes.ipv6 }
    : null
}

/** https://www.tcpdump.org/linktypes.html */
const readers = new Map<number, Reader>([
  // NULL is in the byte order of the machine, LOOP in that of the network; families are below 256.
  [0, (bytes, view) => family(bytes, view)],
  [108, (bytes, view) => family(bytes, view)],
  [12, rawIp],
  [14, rawIp],
  [101, rawIp],
  [228, rawIp],
  [229, rawIp],
  [113, (_, view) => cooked(view, { header: 16, protocol: 14, macLength: 5, mac: 6 })],
  [276, (_, view) => cooked(view, { header: 20, protocol: 0, macLength: 11, mac: 12 })],
])

/** Link types by number, for messages. */
export const linkTypes = 'Ethernet (1), raw IP (12, 101, 228, 229), Linux cooked (113, 276), BSD loopback (0, 108)'

/**
 * A record as an Ethernet frame. What was no Ethernet gets a header with zeros for the addresses that are not known.
 * @throws PcapError for a link type that has no packets of which Ethernet frames can be made
 */
export function ethernetFrame(record: CaptureRecord): Uint8Array {
  if (record.linkType === 1) return record.bytes
  const { bytes, number, offset, linkType } = record
  const reader = readers.get(linkType)
  if (reader === undefined)
    throw new PcapError(
      `packet ${number} at byte ${offset} is of link type ${linkType}; of these frames can be made: ${linkTypes}`,
    )
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = reader(bytes, view)
  if (found === null)
    throw new PcapError(
      `packet ${number} at byte ${offset}, link type ${linkType}, holds no protocol that Ethernet has a type for`,
    )
  const frame = new Uint8Array(ethernetHeader + bytes.length - found.start)
  frame[12] = found.etherType >> 8
  frame[13] = found.etherType & 0xff
  if (found.mac !== undefined) frame.set(bytes.subarray(found.mac, found.mac + 6), 6)
  frame.set(bytes.subarray(found.start), ethernetHeader)
  return frame
}

function family(bytes: Uint8Array, view: DataView): Found | null {
  if (bytes.length < 4) return null
  const number = view.getUint32(0) < 256 ? view.getUint32(0) : view.getUint32(0, true)
  if (number === 2) return { start: 4, etherType: etherTypes.ipv4 }
  return inet6.includes(number) ? { start: 4, etherType: etherTypes.ipv6 } : null
}

/** LINUX_SLL and LINUX_SLL2. Protocols below 0x0600 are Linux's own names for framings, not EtherTypes. */
function cooked(
  view: DataView,
  at: { header: number; protocol: number; macLength: number; mac: number },
): Found | null {
  if (view.byteLength < at.header) return null
  const etherType = view.getUint16(at.protocol)
  if (etherType < 0x0600) return null
  return { start: at.header, etherType, ...(view.getUint8(at.macLength) === 6 ? { mac: at.mac } : {}) }
}

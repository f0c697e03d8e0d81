import type { Frame } from '../conversation/conversation.ts'
import type { Identity } from '../identity.ts'

export interface WireChoice {
  /** `ip`: the kernel's raw IPv4 path carries every frame unchanged. `frame`: an AF_PACKET socket is needed. */
  wire: 'ip' | 'frame'
  /** Why, in words, for the record. */
  reason: string
}

const ethernetHeader = 14
const largestPacket = 1500

/**
 * Chooses the wire that a conversation needs. The kernel's raw path (IPPROTO_RAW with IP_HDRINCL) rewrites total length and
 * header checksum, fills a source of 0.0.0.0 and an identification of 0, and makes the Ethernet header itself; what it
 * would change has to go through a packet socket.
 * @param identity whose MACs count as ordinary; absent: the pair that the first frame has
 */
export function chooseWire(frames: readonly Frame[], identity?: Identity): WireChoice {
  const first = frames[0]
  if (first === undefined) return { wire: 'ip', reason: 'there is no frame to send' }
  const macs = identity === undefined ? macsOf(first) : { client: identity.client.mac, server: identity.server.mac }
  for (const [index, frame] of frames.entries()) {
    const obstacle = obstacleOf(frame, macs)
    if (obstacle !== null) return { wire: 'frame', reason: `frame ${index + 1} (${frame.note}): ${obstacle}` }
  }
  return { wire: 'ip', reason: 'every frame is plain IPv4 that the kernel sends unchanged' }
}

function obstacleOf({ from, bytes }: Frame, macs: { client: string; server: string }): string | null {
  if (bytes.length < ethernetHeader + 20) return 'too short for Ethernet and IPv4'
  const [destination, source] = [macAt(bytes, 0), macAt(bytes, 6)]
  const [own, other] = from === 'client' ? [macs.client, macs.server] : [macs.server, macs.client]
  if (((bytes[0] ?? 0) & 1) === 1) return `goes to the group address ${destination}`
  if (source !== own || destination !== other) return `MAC addresses ${source} > ${destination} are not the trial's own`
  const packet = bytes.subarray(ethernetHeader)
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  if (view.getUint16(0) >> 12 !== 4 || bytes[12] !== 0x08 || bytes[13] !== 0x00) return 'not IPv4 in Ethernet II'
  const headerLength = (view.getUint8(0) & 0x0f) * 4
  if (headerLength < 20 || headerLength > packet.length) return `IPv4 header length ${headerLength} is impossible`
  if (view.getUint16(2) !== packet.length)
    return `IPv4 total length ${view.getUint16(2)}, the packet has ${packet.length} bytes`
  if (packet.length > largestPacket) return `${packet.length} bytes do not fit the MTU of ${largestPacket}`
  if (view.getUint16(4) === 0) return 'the kernel would fill the identification of 0'
  if (view.getUint32(12) === 0) return 'the kernel would fill the source 0.0.0.0'
  const group = unroutable(view.getUint32(16))
  if (group !== null) return `the kernel does not route to ${group}`
  if (!checksumIsRight(view, headerLength)) return 'the IPv4 header checksum is wrong on purpose'
  return null
}

/** Destinations that the kernel would send elsewhere than to the other actor. */
function unroutable(address: number): string | null {
  const top = address >>> 24
  if (top === 0) return 'network 0.0.0.0/8'
  if (top === 127) return 'loopback addresses'
  if (top >= 224) return 'multicast, reserved and broadcast addresses'
  return null
}

/** The one's complement sum over a header with its right checksum is 0xffff (RFC 1071 §1). */
function checksumIsRight(view: DataView, headerLength: number): boolean {
  let sum = 0
  for (let offset = 0; offset < headerLength; offset += 2) sum += view.getUint16(offset)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum === 0xffff
}

function macsOf({ from, bytes }: Frame): { client: string; server: string } {
  const [destination, source] = [macAt(bytes, 0), macAt(bytes, 6)]
  return from === 'client' ? { client: source, server: destination } : { client: destination, server: source }
}

function macAt(bytes: Uint8Array, offset: number): string {
  return Array.from(bytes.subarray(offset, offset + 6), (byte) => byte.toString(16).padStart(2, '0')).join(':')
}

import type { Conversation, Frame } from '../conversation/conversation.ts'
import type { Identity } from '../identity.ts'
import { ipText, ipv4Bytes, macBytes, macText } from '../packets/address.ts'
import { internetChecksum } from '../packets/checksum.ts'

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
 * header checksum, fills in a source of 0.0.0.0 and an identification of 0, makes the Ethernet header itself and has a
 * route to the sandbox only; what it would change or could not route has to go through a packet socket.
 */
export function chooseWire(frames: readonly Frame[], identity: Identity): WireChoice {
  for (const [index, frame] of frames.entries()) {
    const obstacle = obstacleOf(frame, identity)
    if (obstacle !== null) return { wire: 'frame', reason: `frame ${index + 1} (${frame.note}): ${obstacle}` }
  }
  return { wire: 'ip', reason: 'every frame is plain IPv4 that the kernel sends unchanged' }
}

/** The wire of a whole conversation. One that is made while it is played goes over the frame wire: it is fast and changes nothing. */
export function wireOf({ frames, stream }: Conversation, identity: Identity): WireChoice {
  if (stream !== undefined) return { wire: 'frame', reason: 'a capture is sent as it is, link layer and all' }
  return chooseWire([...frames], identity)
}

function obstacleOf({ from, bytes }: Frame, { client, server }: Identity): string | null {
  if (bytes.length < ethernetHeader + 20) return 'too short for Ethernet and IPv4'
  const [own, other] = from === 'client' ? [client.mac, server.mac] : [server.mac, client.mac]
  if (!stands(bytes, 6, macBytes(own)) || !stands(bytes, 0, macBytes(other))) {
    const [destination, source] = [macText(bytes.subarray(0, 6)), macText(bytes.subarray(6, 12))]
    return `MAC addresses ${source} > ${destination} are not the trial's own`
  }
  const packet = bytes.subarray(ethernetHeader)
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  if (bytes[12] !== 0x08 || bytes[13] !== 0x00 || view.getUint8(0) >> 4 !== 4) return 'not IPv4 in Ethernet II'
  const headerLength = (view.getUint8(0) & 0x0f) * 4
  if (headerLength < 20 || headerLength > packet.length) return `IPv4 header length ${headerLength} is impossible`
  const totalLength = view.getUint16(2)
  if (totalLength !== packet.length) return `IPv4 total length ${totalLength}, but ${packet.length} bytes are there`
  if (packet.length > largestPacket) return `${packet.length} bytes do not fit the MTU of ${largestPacket}`
  if (view.getUint16(4) === 0) return 'the kernel would fill in the identification of 0'
  if ((view.getUint16(6) & 0x3fff) !== 0) return 'the kernel may put fragments together again on their way out'
  if (view.getUint32(12) === 0) return 'the kernel would fill in the source 0.0.0.0'
  if (internetChecksum(packet, 0, headerLength) !== 0) return 'the IPv4 header checksum is wrong'
  if (!stands(packet, 16, ipv4Bytes(client.ipv4)) && !stands(packet, 16, ipv4Bytes(server.ipv4)))
    return `the kernel has no route to ${ipText(packet.subarray(16, 20))}`
  return null
}

function stands(bytes: Uint8Array, at: number, wanted: Uint8Array | undefined): boolean {
  return wanted?.every((byte, index) => bytes[at + index] === byte) === true
}

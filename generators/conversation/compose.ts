import { GeneratorError } from '../errors.ts'
import type { Identity } from '../identity.ts'
import { merged } from '../merged.ts'
import { ipv4Bytes, ipv6Bytes, macText } from '../packets/address.ts'
import { encodeStack, type LayerSpec } from '../packets/stack.ts'
import type { Side } from './conversation.ts'
import { derive16 } from './derive.ts'

const broadcastMac = 'ff:ff:ff:ff:ff:ff'
const noMac = '00:00:00:00:00:00'

/** What a frame takes from its trial where the scenario is silent. */
export interface Setting {
  identity: Identity
  from: Side
  /** Counts the frames of the conversation from 0: gives each IPv4 packet its own identification. */
  number: number
  /** Ports of this conversation; absent: the identity's. */
  ports?: Record<Side, number>
}

/**
 * Encodes one frame, with everything that the scenario left out taken from the trial: Ethernet itself, MACs, addresses,
 * ports and identifications. A value that is given always wins.
 * @throws GeneratorError at `path` when the stack cannot be encoded
 */
export function composeFrame(stack: readonly LayerSpec[], setting: Setting, path: string): Uint8Array {
  try {
    return encodeStack(completeStack(stack, setting))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new GeneratorError(path, error.message, { cause: error })
  }
}

/** The stack that `composeFrame` encodes. */
export function completeStack(stack: readonly LayerSpec[], setting: Setting): LayerSpec[] {
  const whole = stack[0]?.layer === 'ethernet' ? stack : [{ layer: 'ethernet', values: {} }, ...stack]
  let from = setting.from
  const filled: LayerSpec[] = []
  for (const { layer, values } of whole) {
    filled.push({ layer, values: merged(defaultsFor(layer, values, from, setting), values) })
    // An ICMP error quotes a datagram that came the other way.
    if (layer === 'icmp' || layer === 'icmpv6') from = from === 'client' ? 'server' : 'client'
  }
  const [first, second] = filled
  if (first !== undefined && first.values.destination === undefined) {
    const other = setting.identity[setting.from === 'client' ? 'server' : 'client'].mac
    first.values.destination = groupMac(filled[firstAboveTags(filled)] ?? second) ?? other
  }
  return filled
}

function defaultsFor(
  layer: string,
  values: Record<string, unknown>,
  from: Side,
  setting: Setting,
): Record<string, unknown> {
  const { identity, number } = setting
  const [own, other] = from === 'client' ? [identity.client, identity.server] : [identity.server, identity.client]
  const ports = setting.ports ?? { client: identity.client.port, server: identity.server.port }
  const [ownPort, otherPort] = from === 'client' ? [ports.client, ports.server] : [ports.server, ports.client]
  switch (layer) {
    case 'ethernet':
      return { source: own.mac }
    case 'arp':
      return {
        senderHardwareAddress: own.mac,
        senderProtocolAddress: own.ipv4,
        targetHardwareAddress: isRequest(values.operation) ? noMac : other.mac,
        targetProtocolAddress: other.ipv4,
      }
    case 'ipv4': {
      const purpose = from === 'client' ? 'client identification' : 'server identification'
      const identification = ((derive16(identity.marker, purpose) + number - 1) % 0xffff) + 1
      return { source: own.ipv4, destination: other.ipv4, identification }
    }
    case 'ipv6':
      return { source: own.ipv6, destination: other.ipv6 }
    case 'tcp':
    case 'udp':
      return { sourcePort: ownPort, destinationPort: otherPort }
    default:
      return {}
  }
}

function firstAboveTags(stack: readonly LayerSpec[]): number {
  const index = stack.findIndex(({ layer }) => layer !== 'ethernet' && layer !== 'dot1q' && layer !== 'dot1ad')
  return index === -1 ? 1 : index
}

function isRequest(operation: unknown): boolean {
  return operation === undefined || operation === 1 || operation === 'request'
}

/** The group MAC that a destination calls for: broadcast for ARP requests and 255.255.255.255, RFC 1112 §6.4, RFC 2464 §7. */
function groupMac(spec: LayerSpec | undefined): string | null {
  if (spec?.layer === 'arp') return isRequest(spec.values.operation) ? broadcastMac : null
  const destination = spec?.values.destination
  if (typeof destination !== 'string') return null
  if (destination === '255.255.255.255') return broadcastMac
  const v4 = ipv4Bytes(destination)
  if (v4 !== undefined)
    return isV4Group(v4) ? macText(Uint8Array.of(1, 0, 0x5e, at(v4, 1) & 0x7f, at(v4, 2), at(v4, 3))) : null
  const v6 = ipv6Bytes(destination)
  return v6?.[0] === 0xff ? macText(Uint8Array.of(0x33, 0x33, ...v6.subarray(12))) : null
}

function isV4Group(address: Uint8Array): boolean {
  return at(address, 0) >= 224 && at(address, 0) <= 239
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0
}

import type { Identity } from '../../generators/identity.ts'
import { random } from './random.ts'
import { formatIpv4, parseSubnet } from './subnet.ts'

/** Hands out identities. Pure: the same subnet, seed, wave and slot give the same identity. */
export interface Identities {
  /** Identities of one wave: no more can be told apart at one time. */
  capacity: number
  /**
   * The identity of a slot of a wave, both from 0. Inside a wave no two share an address, MAC, client port or marker;
   * over all waves of a campaign no two share an IPv6 address, a MAC or a marker.
   * @throws RangeError when the slot is beyond the capacity or the waves beyond what 31 bits can number
   */
  identity: (wave: number, slot: number) => Identity
}

/** The network's own address and what people give to gateways, sensors and the like. */
const skippedAtStart = 16
/** Linux's ephemeral ports, net.ipv4.ip_local_port_range. */
const firstPort = 32_768
const ports = 60_999 - firstPort + 1
/** A prime that does not divide the number of ports. */
const portStride = 997
/** A unique local network (RFC 4193) whose global id spells "Tocsi". */
const ipv6Prefix = 'fd54:6f63:7369:'
/** IPv6 interface ids begin here, so that none is an anycast or a gateway's. */
const firstInterfaceId = 16

/**
 * Identities out of an IPv4 subnet: pairs of neighbouring addresses, without network, broadcast and the first 16.
 * @throws InputError when a sandbox may not have the subnet
 */
export function identities(subnet: string, seed: string): Identities {
  const { base, size } = parseSubnet(subnet)
  const capacity = Math.min(Math.floor((size - skippedAtStart - 1) / 2), ports)
  const { uint32, below } = random(`identities ${seed}`)
  const markerKey = uint32()
  const portOffset = below(ports)

  const identity = (wave: number, slot: number): Identity => {
    const ordinal = wave * capacity + slot
    if (slot < 0 || slot >= capacity || ordinal >= 2 ** 31 - firstInterfaceId) {
      throw new RangeError(`no identity for slot ${slot} of wave ${wave}; a wave has ${capacity}`)
    }
    const address = base + skippedAtStart + 2 * slot
    const number = firstInterfaceId + 2 * ordinal
    return {
      marker: hex32(mixed(ordinal ^ markerKey)),
      client: {
        mac: mac(number),
        ipv4: formatIpv4(address),
        ipv6: ipv6(number),
        port: firstPort + ((portOffset + slot) % ports),
      },
      server: { mac: mac(number + 1), ipv4: formatIpv4(address + 1), ipv6: ipv6(number + 1), port: 80 },
    }
  }
  return { capacity, identity }
}

/** The client port of a further conversation of the same hosts, counted from 0, which is the port itself. Distinct for all that fit. */
export function nearbyPort(port: number, conversation: number): number {
  return firstPort + ((port - firstPort + conversation * portStride) % ports)
}

/** The finalizer of MurmurHash3: a permutation of the 32-bit numbers, so markers differ because ordinals do. */
function mixed(number: number): number {
  let mix = number
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return (mix ^ (mix >>> 16)) >>> 0
}

function hex32(number: number): string {
  return number.toString(16).padStart(8, '0')
}

/** Locally administered unicast: `02:54:` and 32 bits. Joined, for V8 keeps all parts of a text that a template puts together. */
function mac(number: number): string {
  return ['02', '54', ...(hex32(number).match(/../g) ?? [])].join(':')
}

/** RFC 5952 form; the groups between prefix and the last two are zero. */
function ipv6(number: number): string {
  const high = number >>> 16
  const low = (number & 0xffff).toString(16)
  return (high === 0 ? [ipv6Prefix, low] : [ipv6Prefix, high.toString(16), low]).join(':')
}

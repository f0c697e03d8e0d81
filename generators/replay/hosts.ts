import { GeneratorError } from '../errors.ts'
import { ipText } from '../packets/address.ts'

/** An address of a capture, and what the capture shows of whose it is. */
export interface Host {
  /** Counts from 0, in the order of appearance. */
  id: number
  address: string
  /** Four or sixteen. */
  bytes: Uint8Array
  isIpv6: boolean
  /** 0 outside of tunnels, 1 in the first, and so on: where it was seen first. */
  level: number
  /** Packets from it or to it. */
  packets: number
  /** MACs that it sent from, as numbers; outside of tunnels only. */
  macs: Set<number>
  /** Whom it was first seen with, and whether it was the sender then. */
  peer: Host | null
  spokeFirst: boolean
}

/** More addresses than this are no conversation that could be moved to a trial. */
const most = 4096

/** The unicast addresses of a capture. */
export class Hosts {
  readonly all: Host[] = []
  readonly #ipv4 = new Map<number, Host>()
  readonly #ipv6 = new Map<string, Host>()

  /** Null for addresses that are nobody's: unspecified, multicast, broadcast, reserved. */
  at(bytes: Uint8Array, place: number, isIpv6: boolean, level: number): Host | null {
    return isIpv6 ? this.#sixteen(bytes, place, level) : this.#four(bytes, place, level)
  }

  /** A host that is known already. */
  find(bytes: Uint8Array, place: number, isIpv6: boolean): Host | null {
    return (isIpv6 ? this.#ipv6.get(ipv6Key(bytes, place)) : this.#ipv4.get(ipv4Key(bytes, place))) ?? null
  }

  named(address: string): Host | undefined {
    return this.all.find((host) => host.address === address)
  }

  #four(bytes: Uint8Array, place: number, level: number): Host | null {
    const key = ipv4Key(bytes, place)
    if (key === 0 || key >= 0xe000_0000) return null
    const known = this.#ipv4.get(key)
    if (known !== undefined) return known
    const host = this.#add(bytes.subarray(place, place + 4), false, level)
    this.#ipv4.set(key, host)
    return host
  }

  #sixteen(bytes: Uint8Array, place: number, level: number): Host | null {
    if (bytes[place] === 0xff) return null
    const key = ipv6Key(bytes, place)
    const known = this.#ipv6.get(key)
    if (known !== undefined) return known
    const own = bytes.subarray(place, place + 16)
    if (own.every((byte) => byte === 0)) return null
    const host = this.#add(own, true, level)
    this.#ipv6.set(key, host)
    return host
  }

  #add(bytes: Uint8Array, isIpv6: boolean, level: number): Host {
    if (this.all.length === most)
      throw new GeneratorError(
        'capture',
        `more than ${most} addresses; cut it down with a filter, for example tshark -Y "ip.addr == ..."`,
      )
    const host = {
      id: this.all.length,
      address: ipText(bytes),
      bytes: bytes.slice(),
      isIpv6,
      level,
      packets: 0,
      macs: new Set<number>(),
      peer: null,
      spokeFirst: false,
    }
    this.all.push(host)
    return host
  }
}

/** Four bytes as a number. */
export function ipv4Key(bytes: Uint8Array, place: number): number {
  return (
    (((bytes[place] as number) << 24) |
      ((bytes[place + 1] as number) << 16) |
      ((bytes[place + 2] as number) << 8) |
      (bytes[place + 3] as number)) >>>
    0
  )
}

/** Sixteen bytes as a text that stands for them alone. */
export function ipv6Key(bytes: Uint8Array, place: number): string {
  let key = ''
  for (let at = place; at < place + 16; at += 2)
    key += String.fromCharCode(((bytes[at] as number) << 8) | (bytes[at + 1] as number))
  return key
}

/** Six bytes as a number. */
export function macKey(bytes: Uint8Array, place: number): number {
  return (((bytes[place] as number) << 8) | (bytes[place + 1] as number)) * 0x1_0000_0000 + ipv4Key(bytes, place + 2)
}

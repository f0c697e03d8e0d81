import type { Side } from '../conversation/conversation.ts'
import { adjust, onesForZero, put, read16 } from './checksums.ts'
import { isTunnelPort } from './dissection.ts'
import { type Hosts, ipv4Key } from './hosts.ts'
import type { Party } from './parties.ts'

/** What becomes of frames from one address to another. */
interface Move {
  from: number
  to: number
  source: Party
  destination: Party
  /** By how much the sum of the addresses grows. */
  delta: number
}

/** Places in a frame of Ethernet and IPv4 without options (RFC 791 §3.1). */
const places = { etherType: 12, version: 14, totalLength: 16, fragment: 20, protocol: 23, checksum: 24 }
const [sourceAddress, destinationAddress, transport] = [26, 30, 34]
const least = transport + 8

/**
 * Moves frames that most captures are made of, in a third of the time that it takes to look for whatever else a frame may hold: TCP and
 * UDP over IPv4 without options, no fragments, no tunnels, between two hosts whose frames look the same but for addresses and checksums.
 * What it does with them is what `Rewriter` does with all others.
 */
export class PlainFrames {
  readonly #hosts: Hosts
  readonly #parties: readonly Party[]
  /** The two that were used last: those of a conversation. */
  #last: Move | null = null
  #other: Move | null = null

  constructor(hosts: Hosts, parties: readonly Party[]) {
    this.#hosts = hosts
    this.#parties = parties
  }

  /** Rewrites a frame and returns which side it is from; null, and nothing is changed, where it is none of these. */
  rewrite(frame: Uint8Array, start: number, end: number): Side | null {
    if (end - start < least || read16(frame, start + places.etherType) !== 0x0800) return null
    if (frame[start + places.version] !== 0x45 || ((frame[start] as number) & 1) !== 0) return null
    if ((read16(frame, start + places.fragment) & 0x1fff) !== 0) return null
    const room = Math.min(end - start - places.version, read16(frame, start + places.totalLength)) - 20
    const field = checksumPlace(frame, start, room)
    if (field < 0) return null
    const move = this.#moveOf(frame, start)
    if (move === null) return null
    const { source, destination, delta } = move
    for (let index = 0; index < 6; index++) {
      frame[start + index] = destination.mac[index] as number
      frame[start + 6 + index] = source.mac[index] as number
    }
    for (let index = 0; index < 4; index++) {
      frame[start + sourceAddress + index] = source.ipv4[index] as number
      frame[start + destinationAddress + index] = destination.ipv4[index] as number
    }
    adjust(frame, start + places.checksum, delta)
    if (field > 0) {
      adjust(frame, field, delta)
      if (frame[start + places.protocol] === 17) onesForZero(frame, field)
    }
    return source.side
  }

  #moveOf(frame: Uint8Array, start: number): Move | null {
    const from = ipv4Key(frame, start + sourceAddress)
    const to = ipv4Key(frame, start + destinationAddress)
    const last = this.#last
    if (last !== null && last.from === from && last.to === to) return last
    const other = this.#other
    const move = other !== null && other.from === from && other.to === to ? other : this.#find(frame, start, from, to)
    if (move === null) return null
    this.#last = move
    this.#other = last
    return move
  }

  /** Null where an address is nobody's, or both are the same. */
  #find(frame: Uint8Array, start: number, from: number, to: number): Move | null {
    const [one, two] = [sourceAddress, destinationAddress].map((at) => this.#hosts.find(frame, start + at, false))
    if (!one || !two || one === two) return null
    const [source, destination] = [this.#parties[one.id] as Party, this.#parties[two.id] as Party]
    const addresses = frame.slice(start + sourceAddress, start + transport)
    const delta = put(addresses, 0, source.ipv4) + put(addresses, 4, destination.ipv4)
    return { from, to, source, destination, delta }
  }
}

/** Where the transport's checksum stands; 0 for UDP without one, -1 for all that is not plain. */
function checksumPlace(frame: Uint8Array, start: number, room: number): number {
  const protocol = frame[start + places.protocol]
  if (protocol === 6) return room < 18 ? -1 : start + transport + 16
  if (protocol !== 17 || room < 8 || isTunnelPort(read16(frame, start + transport + 2))) return -1
  const field = start + transport + 6
  return frame[field] === 0 && frame[field + 1] === 0 ? 0 : field
}

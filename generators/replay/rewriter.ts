import type { Side } from '../conversation/conversation.ts'
import { adjustChecksums, put, put16, read16, repairChecksums } from './checksums.ts'
import { Dissection, kinds } from './dissection.ts'
import type { MoveEndpoint } from './ftp-text.ts'
import { type Hosts, macKey } from './hosts.ts'
import type { Party } from './parties.ts'
import type { PayloadChange } from './payloads.ts'
import { PlainFrames } from './plain-frames.ts'
import { addressPlaces, selfFlow } from './scan.ts'

/** What a capture's addresses and ports become. */
export interface Rewriting {
  hosts: Hosts
  /** By the host's id. */
  parties: readonly Party[]
  ends: Record<Side, Party>
  /** By MAC as a number, for frames without addresses that say more. */
  macs: ReadonlyMap<number, Party>
  /** Multicast groups of Neighbor Discovery end in three bytes of an address: by these, the address's party. */
  solicited: ReadonlyMap<number, Party>
  selfFlows: ReadonlyMap<number, number>
  /** Null where ports stay as they are. */
  portOf: ((port: number, side: Side) => number) | null
  payloads: readonly PayloadChange[]
  /** Null where texts of FTP stay as they are. */
  ftp: MoveEndpoint | null
  checksums: 'keep' | 'repair'
}

const most = 24

/** Moves frames of a capture to the addresses of a trial, in place. */
export class Rewriter {
  readonly #to: Rewriting
  readonly #dissection = new Dissection()
  /** By header: what its own bytes' sum has grown by, and its addresses' alone. */
  readonly #deltas = new Float64Array(most)
  readonly #pseudo = new Float64Array(most)
  /** By IP header: who sends and who receives; null for nobody's address. */
  readonly #sources: (Party | null)[] = []
  readonly #destinations: (Party | null)[] = []

  /** Null where more than addresses changes. */
  readonly #plain: PlainFrames | null

  constructor(to: Rewriting) {
    this.#to = to
    const isPlain = to.portOf === null && to.payloads.length === 0 && to.checksums === 'keep'
    this.#plain = isPlain ? new PlainFrames(to.hosts, to.parties) : null
  }

  /**
   * Rewrites a frame and returns which side it is from. It may be cut short: what is there is rewritten.
   * @param start,end where it lies in the memory, of which nothing else is changed
   */
  rewrite(frame: Uint8Array, start = 0, end = frame.length): Side {
    const side = this.#plain?.rewrite(frame, start, end) ?? null
    if (side !== null) return side
    const dissection = this.#dissection.read(frame, start, end)
    for (let index = 0; index < dissection.count; index++) {
      this.#deltas[index] = 0
      this.#pseudo[index] = 0
      this.#addresses(frame, index)
    }
    let from: Side = 'client'
    for (let index = 0; index < dissection.count; index++) {
      const kind = dissection.kind[index]
      if (kind === kinds.ethernet) {
        const side = this.#ethernet(frame, index)
        if (index === 0) from = side
      } else if (kind === kinds.tcp || kind === kinds.udp) this.#transport(frame, index, kind === kinds.tcp)
      else if (kind === kinds.icmpv6) this.#neighbours(frame, index)
    }
    adjustChecksums(frame, dissection, this.#deltas, this.#pseudo)
    if (this.#to.checksums === 'repair') repairChecksums(frame, dissection)
    return from
  }

  #addresses(frame: Uint8Array, index: number): void {
    const { kind: kinds_, at, network } = this.#dissection
    const kind = kinds_[index] as number
    this.#sources[index] = null
    this.#destinations[index] = null
    if (kind !== kinds.ipv4 && kind !== kinds.ipv6 && kind !== kinds.arp) return
    const isIpv6 = kind === kinds.ipv6
    const start = at[index] as number
    const [from, to] = addressPlaces(kind, start)
    let source = this.#party(frame, from, isIpv6)
    let destination = this.#party(frame, to, isIpv6)
    if (
      source !== null &&
      source === destination &&
      kind !== kinds.arp &&
      sameBytes(frame, from, to, isIpv6 ? 16 : 4)
    ) {
      source = this.#selfSource(frame, index)
      destination = this.#to.ends[source.side === 'client' ? 'server' : 'client']
    }
    this.#sources[index] = source
    this.#destinations[index] = destination
    if (kind === kinds.arp) {
      this.#deltas[index] =
        putMac(frame, start + 8, source) +
        putMac(frame, start + 18, destination) +
        putAddress(frame, from, source, false) +
        putAddress(frame, to, destination, false)
      return
    }
    const bySource = putAddress(frame, from, source, isIpv6)
    const byDestination =
      destination === null && isIpv6 ? this.#group(frame, to) : putAddress(frame, to, destination, isIpv6)
    this.#deltas[index] = bySource + byDestination
    // RFC 8200 §8.1: with a routing header the pseudo header holds the final destination, not this one.
    this.#pseudo[index] = isIpv6 && network[index] === 1 ? bySource : bySource + byDestination
  }

  /** Null for groups and broadcasts, which stay as they are. */
  #party(frame: Uint8Array, place: number, isIpv6: boolean): Party | null {
    const host = this.#to.hosts.find(frame, place, isIpv6)
    return host === null ? null : (this.#to.parties[host.id] as Party)
  }

  /** Between one address and itself whoever spoke first is the client; without ports, whoever asks. */
  #selfSource(frame: Uint8Array, index: number): Party {
    const flow = selfFlow(frame, this.#dissection, index)
    const { client, server } = this.#to.ends
    if (flow !== null) return (this.#to.selfFlows.get(flow.key) ?? flow.source) === flow.source ? client : server
    const next = index + 1
    const isEcho =
      next < this.#dissection.count &&
      (this.#dissection.kind[next] === kinds.icmp || this.#dissection.kind[next] === kinds.icmpv6)
    const type = isEcho ? frame[this.#dissection.at[next] as number] : -1
    return type === 0 || type === 129 || type === 3 || type === 1 ? server : client
  }

  /** ff02::1:ffxx:xxxx, RFC 4291 §2.7.1. */
  #group(frame: Uint8Array, at: number): number {
    const isSolicited = frame[at] === 0xff && frame[at + 1] === 0x02 && frame[at + 11] === 1 && frame[at + 12] === 0xff
    const party = isSolicited ? this.#to.solicited.get(low24(frame, at + 13)) : undefined
    if (party === undefined) return 0
    return put(frame, at + 12, Uint8Array.of(0xff, ...party.ipv6.subarray(13)))
  }

  #ethernet(frame: Uint8Array, index: number): Side {
    const { kind, at, count } = this.#dissection
    const start = at[index] as number
    const next = index + 1 < count && kind[index + 1] !== kinds.ethernet ? index + 1 : -1
    const { macs, ends } = this.#to
    const source = (next < 0 ? null : this.#sources[next]) ?? macs.get(macKey(frame, start + 6)) ?? ends.client
    let delta = put(frame, start + 6, source.mac)
    if (((frame[start] as number) & 1) === 0) {
      const destination = (next < 0 ? null : this.#destinations[next]) ?? macs.get(macKey(frame, start))
      delta += put(frame, start, (destination ?? ends[source.side === 'client' ? 'server' : 'client']).mac)
    } else if (frame[start] === 0x33 && frame[start + 2] === 0xff) {
      const party = this.#to.solicited.get(low24(frame, start + 3))
      if (party !== undefined) delta += put(frame, start + 2, Uint8Array.of(0xff, ...party.ipv6.subarray(13)))
    }
    this.#deltas[index] = (this.#deltas[index] as number) + delta
    return source.side
  }

  #transport(frame: Uint8Array, index: number, isTcp: boolean): void {
    const { at, end, extra, network, count } = this.#dissection
    const start = at[index] as number
    const ports = { source: read16(frame, start), destination: read16(frame, start + 2) }
    let delta = 0
    const { portOf, payloads } = this.#to
    if (portOf !== null) {
      const ip = network[index] as number
      const side = this.#sources[ip]?.side ?? (this.#destinations[ip]?.side === 'client' ? 'server' : 'client')
      delta += put16(frame, start, portOf(ports.source, side))
      delta += put16(frame, start + 2, portOf(ports.destination, side === 'client' ? 'server' : 'client'))
    }
    // What is inside a tunnel is headers again.
    const payload = extra[index] as number
    const stop = end[index] as number
    if (index === count - 1 && payload < stop)
      for (const change of payloads) delta += change(frame, payload, stop, ports, isTcp)
    this.#deltas[index] = delta
  }

  /** Neighbor Discovery, RFC 4861 §4: target addresses, and the link-layer addresses of options 1 and 2. */
  #neighbours(frame: Uint8Array, index: number): void {
    const { at, end } = this.#dissection
    const [start, stop] = [at[index] as number, end[index] as number]
    const type = frame[start] as number
    if (type < 133 || type > 137) return
    const addresses = type < 135 ? [] : type === 137 ? [8, 24] : [8]
    let delta = 0
    for (const place of addresses)
      if (start + place + 16 <= stop)
        delta += putAddress(frame, start + place, this.#party(frame, start + place, true), true)
    let option = start + ({ 133: 8, 134: 16, 137: 40 }[type] ?? 24)
    while (option + 8 <= stop && frame[option + 1] !== 0) {
      const isLinkAddress = frame[option] === 1 || frame[option] === 2
      const party = isLinkAddress ? this.#to.macs.get(macKey(frame, option + 2)) : undefined
      if (party !== undefined) delta += put(frame, option + 2, party.mac)
      option += (frame[option + 1] as number) * 8
    }
    this.#deltas[index] = delta
  }
}

function putAddress(frame: Uint8Array, at: number, party: Party | null, isIpv6: boolean): number {
  return party === null ? 0 : put(frame, at, isIpv6 ? party.ipv6 : party.ipv4)
}

/** Unknown (all zeros) and everybody (all ones) stay. */
function putMac(frame: Uint8Array, at: number, party: Party | null): number {
  const key = macKey(frame, at)
  return party === null || key === 0 || key === 0xffff_ffff_ffff ? 0 : put(frame, at, party.mac)
}

function sameBytes(frame: Uint8Array, one: number, other: number, length: number): boolean {
  for (let index = 0; index < length; index++) if (frame[one + index] !== frame[other + index]) return false
  return true
}

/** Three bytes as a number. */
export function low24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
}

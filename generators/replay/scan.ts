import { captureRecords } from '../captures/capture.ts'
import type { CaptureRecord } from '../captures/capture-record.ts'
import { ethernetFrame } from '../captures/link-layer.ts'
import { GeneratorError, PcapError } from '../errors.ts'
import type { OpenFile } from '../files.ts'
import { Dissection, kinds } from './dissection.ts'
import { FlowHeads } from './flow-heads.ts'
import { type Host, Hosts, macKey } from './hosts.ts'

/** Who spoke to whom. */
export interface Pair {
  source: Host
  destination: Host
}

/** The first who spoke to another, in one tunnel level and IP version. */
export interface Opening extends Pair {
  level: number
  isIpv6: boolean
  /** The sender outside of the tunnels, where that is another. */
  carrier: Host | null
  /** True where it was a TCP SYN. */
  isSyn: boolean
}

/** Which packets of a capture are played, by their numbers; all where absent. */
export interface Range {
  first: number
  last: number
}

/** What is known of a capture once it has been gone through. */
export interface Scan {
  /** Those that are played. */
  packets: number
  bytes: number
  /** Whether all packets are Ethernet frames as they stand. */
  isEthernet: boolean
  /** Milliseconds from the first to the last packet in the file, waits only. */
  durationMs: number
  hosts: Hosts
  openings: readonly Opening[]
  /** Source MACs of frames outside of IP and ARP, and their destination MACs, in the order of appearance. */
  macs: readonly number[]
  /** Flows between one address and itself: the port of whoever spoke first. */
  selfFlows: ReadonlyMap<number, number>
  /** The beginning of one frame of every flow. */
  heads: readonly Uint8Array[]
}

const shortest = 14
/** What the sandbox's wires carry: an MTU of 1500, and two VLAN tags. */
const longest = 1514
const withTags = 1522

/**
 * Goes through a capture once and learns what is needed to play it. Who speaks to whom is learnt from all of it, also where only a part
 * is played.
 * @throws PcapError naming the first packet that cannot be played, GeneratorError for too many addresses
 */
export function scanCapture(file: OpenFile, range: Range): Scan {
  const hosts = new Hosts()
  const openings = new Openings()
  const heads = new FlowHeads()
  const macs = new Set<number>()
  const selfFlows = new Map<number, number>()
  const dissection = new Dissection()
  let [read, packets, bytes, durationMs, before] = [0, 0, 0, 0, Number.NaN]
  let isEthernet = true
  for (const record of captureRecords(file, true)) {
    const frame = playableFrame(record)
    read += 1
    if (frame !== record.bytes) isEthernet = false
    const isPlayed = record.number >= range.first && record.number <= range.last
    if (isPlayed) {
      packets += 1
      bytes += frame.length
      if (record.at > before) durationMs += record.at - before
      before = record.at
    }
    dissection.read(frame)
    let carrier: Host | null = null
    let isQuoted = false
    for (let index = 0; index < dissection.count; index++) {
      const kind = dissection.kind[index] as number
      if (kind === kinds.icmp || kind === kinds.icmpv6) isQuoted = true
      const isIpv6 = kind === kinds.ipv6
      if (!isIpv6 && kind !== kinds.ipv4 && kind !== kinds.arp) continue
      const level = kind === kinds.arp ? 0 : (dissection.extra[index] as number)
      const [from, to] = addressPlaces(kind, dissection.at[index] as number)
      const source = hosts.at(frame, from, isIpv6, level)
      const isBroadcast = level === 0 && kind !== kinds.arp && frame[0] === 0xff && (frame[1] as number) === 0xff
      const destination = isBroadcast ? null : hosts.at(frame, to, isIpv6, level)
      if (source !== null) source.packets += 1
      if (destination !== null) destination.packets += 1
      if (isPlayed) heads.see(frame, dissection, index, source?.id ?? -1, destination?.id ?? -1)
      if (isQuoted) continue
      if (level === 0 && source !== null) {
        carrier = source
        const mac = macKey(frame, 6)
        if (mac !== 0 && !source.macs.has(mac)) source.macs.add(mac)
      }
      // A host that announces itself over ARP speaks to nobody.
      if (source === null || destination === null || (source === destination && kind === kinds.arp)) continue
      meet(source, destination)
      if (source === destination) noteSelfFlow(selfFlows, frame, dissection, index)
      openings.see(
        { source, destination },
        level,
        isIpv6,
        carrier === source ? null : carrier,
        isSyn(frame, dissection, index),
      )
    }
    if (carrier === null && macs.size < 64)
      for (const place of [6, 0]) if (((frame[place] as number) & 1) === 0) macs.add(macKey(frame, place))
  }
  if (read === 0) throw new PcapError('holds no packets')
  if (packets === 0)
    throw new GeneratorError(
      'packets',
      `the capture has only ${read} packets, none of which is ${range.first} or later`,
    )
  return {
    packets,
    bytes,
    isEthernet,
    durationMs,
    hosts,
    openings: openings.all(),
    macs: [...macs],
    selfFlows,
    heads: heads.all,
  }
}

/**
 * The record as a frame that the sandbox's wires carry.
 * @throws PcapError for one that was cut, or is too short or too long
 */
function playableFrame(record: CaptureRecord): Uint8Array {
  const { number, offset, bytes, originalLength } = record
  const place = `packet ${number} at byte ${offset}`
  if (bytes.length < originalLength)
    throw new PcapError(
      `${place} was cut: ${bytes.length} of ${originalLength} bytes; capture whole packets (tcpdump -s 0)`,
    )
  const frame = ethernetFrame(record)
  if (frame.length < shortest) throw new PcapError(`${place} has ${frame.length} bytes, too few for Ethernet`)
  if (!fitsWire(frame))
    throw new PcapError(
      `${place} has ${frame.length} bytes, the sandbox's wires carry ${longest}; capture without segmentation offload (ethtool -K <interface> gro off gso off tso off lro off)`,
    )
  return frame
}

/** Whether the sandbox's wires carry a frame of this length. */
export function fitsWire(frame: Uint8Array): boolean {
  if (frame.length <= longest) return true
  const isTagged = (frame[12] === 0x81 && frame[13] === 0x00) || (frame[12] === 0x88 && frame[13] === 0xa8)
  return isTagged && frame.length <= withTags
}

/** Where source and destination address stand. */
export function addressPlaces(kind: number, at: number): [source: number, destination: number] {
  if (kind === kinds.ipv4) return [at + 12, at + 16]
  return kind === kinds.ipv6 ? [at + 8, at + 24] : [at + 14, at + 24]
}

function meet(source: Host, destination: Host): void {
  if (source.peer === null) {
    source.peer = destination
    source.spokeFirst = true
  }
  destination.peer ??= source
}

/** A SYN without ACK right behind this IP header, RFC 9293 §3.1. */
function isSyn(frame: Uint8Array, dissection: Dissection, index: number): boolean {
  const next = index + 1
  const at = (dissection.at[next] as number) + 13
  return (
    next < dissection.count &&
    dissection.kind[next] === kinds.tcp &&
    at < frame.length &&
    ((frame[at] as number) & 0x12) === 0x02
  )
}

function noteSelfFlow(selfFlows: Map<number, number>, frame: Uint8Array, dissection: Dissection, index: number): void {
  const flow = selfFlow(frame, dissection, index)
  if (flow !== null && !selfFlows.has(flow.key)) selfFlows.set(flow.key, flow.source)
}

/** Names the TCP or UDP flow of a packet whose two addresses are the same. */
export function selfFlow(
  frame: Uint8Array,
  dissection: Dissection,
  index: number,
): { key: number; source: number } | null {
  const next = index + 1
  const kind = dissection.kind[next]
  if (next >= dissection.count || (kind !== kinds.tcp && kind !== kinds.udp)) return null
  const at = dissection.at[next] as number
  const source = ((frame[at] as number) << 8) | (frame[at + 1] as number)
  const destination = ((frame[at + 2] as number) << 8) | (frame[at + 3] as number)
  return {
    key: kind * 0x1_0000_0000 + Math.min(source, destination) * 0x1_0000 + Math.max(source, destination),
    source,
  }
}

/** The first packet and the first SYN of every level and IP version. */
class Openings {
  readonly #first = new Map<number, Opening>()
  readonly #syn = new Map<number, Opening>()

  see({ source, destination }: Pair, level: number, isIpv6: boolean, carrier: Host | null, isSyn: boolean): void {
    const key = level * 2 + (isIpv6 ? 1 : 0)
    const known = isSyn ? this.#syn : this.#first
    if (!known.has(key)) known.set(key, { source, destination, level, isIpv6, carrier, isSyn })
  }

  /** By level; inside of one, those of a SYN before others. */
  all(): Opening[] {
    return [...this.#syn.values(), ...this.#first.values()].sort((one, other) => one.level - other.level)
  }
}

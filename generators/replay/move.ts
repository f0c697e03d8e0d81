import type { Side } from '../conversation/conversation.ts'
import { GeneratorError } from '../errors.ts'
import type { Identity } from '../identity.ts'
import { ipText, macText } from '../packets/address.ts'
import type { MoveEndpoint } from './ftp-text.ts'
import type { Host } from './hosts.ts'
import { endParty, type Party, thirdParty } from './parties.ts'
import { type AddressOf, dnsChange, markerChange, type PayloadChange } from './payloads.ts'
import { low24, type Rewriting } from './rewriter.ts'
import type { Scan } from './scan.ts'
import { type GivenSides, type Others, placeHosts } from './sides.ts'

/** What a scenario asks of the move from a capture's addresses to a trial's. */
export interface Move extends GivenSides {
  others: Others
  clientPorts: 'keep' | 'trial'
  ports: Readonly<Record<string, number>>
  map: readonly ('dns' | 'ftp')[]
  marker?: string | undefined
  checksums: 'keep' | 'repair'
}

/** Linux's ephemeral ports, net.ipv4.ip_local_port_range: the trial's own is one of them. */
const firstPort = 32_768
const ephemeralPorts = 60_999 - firstPort + 1

/**
 * Decides what every address of a capture becomes in one trial. Made anew for each time that the capture is gone through: the ports of
 * a trial are given out in the order of appearance.
 * @throws GeneratorError as `placeHosts` does, or for more third parties than a trial has addresses
 */
export function moveTo(identity: Identity, scan: Scan, move: Move): { rewriting: Rewriting; thirds: Party[] } {
  const places = placeHosts(scan, move, move.others)
  const ends = { client: endParty(identity, 'client'), server: endParty(identity, 'server') }
  const thirds: Party[] = []
  const parties = scan.hosts.all.map((host) => {
    const place = places.get(host) as { side: Side; third: number | null }
    if (place.third === null) return ends[place.side]
    const party = thirdParty(identity, place.side, place.third)
    thirds.push(party)
    return party
  })
  const macs = macTable(scan, parties, ends, move.others, (side) => {
    const party = thirdParty(identity, side, thirds.length)
    thirds.push(party)
    return party
  })
  const rewriting: Rewriting = {
    hosts: scan.hosts,
    parties,
    ends,
    macs,
    solicited: solicitedGroups(scan.hosts.all, parties),
    selfFlows: scan.selfFlows,
    portOf: portMap(identity, move),
    payloads: [],
    ftp: null,
    checksums: move.checksums,
  }
  const payloads = payloadChanges(identity, move, rewriting)
  const ftp = move.map.includes('ftp') ? moveEndpoint(rewriting) : null
  return { rewriting: { ...rewriting, payloads, ftp }, thirds }
}

function macTable(
  scan: Scan,
  parties: readonly Party[],
  ends: Record<Side, Party>,
  others: Others,
  further: (side: Side) => Party,
): Map<number, Party> {
  const macs = new Map<number, Party>()
  for (const host of scan.hosts.all)
    for (const mac of host.macs) if (!macs.has(mac)) macs.set(mac, parties[host.id] as Party)
  const known = new Set(macs.values())
  for (const mac of scan.macs) {
    if (macs.has(mac)) continue
    const free = (['client', 'server'] as const).find((side) => !known.has(ends[side]))
    if (free === undefined && others === 'refuse') {
      throw new GeneratorError(
        'capture',
        `more than two parties: ${macText(bytesOf(mac))} speaks beside the two ends; give it addresses of its own with others: map, or filter the capture`,
      )
    }
    const party = free === undefined ? further('client') : ends[free]
    macs.set(mac, party)
    known.add(party)
  }
  return macs
}

function bytesOf(mac: number): Uint8Array {
  return Uint8Array.from(Buffer.from(mac.toString(16).padStart(12, '0'), 'hex'))
}

function solicitedGroups(hosts: readonly Host[], parties: readonly Party[]): Map<number, Party> {
  const groups = new Map<number, Party>()
  for (const host of hosts) {
    if (!host.isIpv6) continue
    groups.set(low24(host.bytes, 13), parties[host.id] as Party)
  }
  return groups
}

function portMap(identity: Identity, { clientPorts, ports }: Move): Rewriting['portOf'] {
  const given = new Map(Object.entries(ports).map(([from, to]) => [Number(from), to]))
  if (clientPorts === 'keep') return given.size === 0 ? null : (port) => given.get(port) ?? port
  const own = new Map<number, number>()
  return (port, side) => {
    const asked = given.get(port)
    if (asked !== undefined || side === 'server') return asked ?? port
    let mapped = own.get(port)
    if (mapped === undefined) {
      mapped = firstPort + ((identity.client.port - firstPort + own.size) % ephemeralPorts)
      own.set(port, mapped)
    }
    return mapped
  }
}

function payloadChanges(identity: Identity, { map, marker }: Move, { hosts, parties }: Rewriting): PayloadChange[] {
  const addressOf: AddressOf = (frame, at, isIpv6) => {
    const host = hosts.find(frame, at, isIpv6)
    const party = host === null ? undefined : parties[host.id]
    return party === undefined ? null : isIpv6 ? party.ipv6 : party.ipv4
  }
  return [
    ...(marker === undefined ? [] : [markerChange(marker, identity.marker)]),
    ...(map.includes('dns') ? [dnsChange(addressOf)] : []),
  ]
}

/** Addresses that are nobody's stay, and their ports with them. */
function moveEndpoint({ hosts, parties, ends, portOf }: Rewriting): MoveEndpoint {
  return (address, port, from) => {
    if (address === null) return { address: '', port: portOf?.(port, from) ?? port }
    const isIpv6 = address.length === 16
    const host = hosts.find(address, 0, isIpv6)
    if (host === null) return null
    // One address on both sides: whoever names it means itself.
    const party = host.peer === host ? ends[from] : (parties[host.id] as Party)
    return { address: ipText(isIpv6 ? party.ipv6 : party.ipv4), port: portOf?.(port, party.side) ?? port }
  }
}

import type { Side } from '../conversation/conversation.ts'
import { GeneratorError } from '../errors.ts'
import type { Host } from './hosts.ts'
import type { Opening, Scan } from './scan.ts'

/** Which addresses of the capture a scenario says are whose. */
export interface GivenSides {
  client?: readonly string[] | undefined
  server?: readonly string[] | undefined
}

/** What is to become of addresses that belong to neither of the two. */
export type Others = 'refuse' | 'map'

/** Whose an address is: one of the two ends', or a third party's that is on a side. */
export interface Place {
  side: Side
  /** Null for the two ends; third parties count from 0. */
  third: number | null
}

/**
 * Finds out which side every address is on: as given, else by who opened the first TCP connection, else by who spoke first.
 * Further addresses of the same machine, which its MAC shows, are one with it; so are the two inside of each tunnel.
 * @throws GeneratorError for third parties, unless they are to be mapped, and for given addresses that the capture does not hold
 */
export function placeHosts(scan: Scan, given: GivenSides, others: Others): Map<Host, Place> {
  const placed = new Map<Host, Place>()
  const put = (host: Host, side: Side) => {
    if (!placed.has(host)) placed.set(host, { side, third: null })
  }
  for (const side of ['client', 'server'] as const)
    for (const [index, address] of (given[side] ?? []).entries())
      put(hostNamed(scan, address, `${side}[${index}]`), side)

  // Where only one end is named, the other is whom that one spoke with first.
  const named = [...placed]
  if (given.client === undefined || given.server === undefined)
    for (const [host, { side }] of named) if (host.peer !== null) put(host.peer, opposite(side) as Side)

  for (const opening of scan.openings) {
    const { source, destination, level, carrier } = opening
    if (level === 0) joinByMac(scan, placed)
    if (isSettled(opening, placed)) continue
    const known =
      sideOf(placed, source) ??
      opposite(sideOf(placed, destination)) ??
      (level > 0 ? sideOf(placed, carrier) : undefined)
    const side = known ?? 'client'
    put(source, side)
    put(destination, opposite(side) as Side)
  }
  joinByMac(scan, placed)

  const third = scan.hosts.all.filter((host) => !placed.has(host))
  if (third.length > 0 && others === 'refuse') throw tooMany(third, placed)
  for (const [index, host] of third.entries()) {
    const side = opposite(sideOf(placed, host.peer)) ?? (host.spokeFirst ? 'client' : 'server')
    placed.set(host, { side, third: index })
  }
  return placed
}

function hostNamed(scan: Scan, address: string, path: string): Host {
  const host = scan.hosts.named(address)
  if (host !== undefined) return host
  const known = scan.hosts.all.map((each) => each.address)
  const list = known.slice(0, 8).join(', ') + (known.length > 8 ? ', ...' : '')
  throw new GeneratorError(path, `the capture has no address "${address}"; it has ${list === '' ? 'none' : list}`)
}

/** True when both sides of this level and IP version have an address already. */
function isSettled({ level, isIpv6 }: Opening, placed: ReadonlyMap<Host, Place>): boolean {
  const sides = new Set<Side>()
  for (const [host, { side }] of placed) if (host.level === level && host.isIpv6 === isIpv6) sides.add(side)
  return sides.size === 2
}

/** A MAC that only ever sends for one IPv4 address is a machine's own; one that sends for several is a router's. */
function joinByMac(scan: Scan, placed: Map<Host, Place>): void {
  const owners = new Map<number, Set<Side>>()
  const ipv4 = new Map<number, number>()
  for (const host of scan.hosts.all) {
    for (const mac of host.macs) {
      if (!host.isIpv6) ipv4.set(mac, (ipv4.get(mac) ?? 0) + 1)
      const side = sideOf(placed, host)
      if (side !== undefined) owners.set(mac, (owners.get(mac) ?? new Set()).add(side))
    }
  }
  for (const host of scan.hosts.all) {
    if (placed.has(host) || host.level > 0) continue
    for (const mac of host.macs) {
      const sides = owners.get(mac)
      if (sides?.size !== 1 || (ipv4.get(mac) ?? 0) > 1) continue
      placed.set(host, { side: [...sides][0] as Side, third: null })
      break
    }
  }
}

function sideOf(placed: ReadonlyMap<Host, Place>, host: Host | null): Side | undefined {
  return host === null ? undefined : placed.get(host)?.side
}

/** The other side; nothing of nothing. */
export function opposite(side: Side | undefined): Side | undefined {
  return side === undefined ? undefined : side === 'client' ? 'server' : 'client'
}

function tooMany(third: readonly Host[], placed: ReadonlyMap<Host, Place>): GeneratorError {
  const named = (side: Side) =>
    [...placed].flatMap(([host, place]) => (place.side === side ? [host.address] : [])).join(', ') || 'nobody'
  const most = third.toSorted((one, other) => other.packets - one.packets)
  const shown = most.slice(0, 5).map(({ address, packets }) => `${address} (${packets} packets)`)
  const more = third.length > shown.length ? ` and ${third.length - shown.length} more` : ''
  return new GeneratorError(
    'capture',
    `more than two parties: beside client ${named('client')} and server ${named('server')} there are ${shown.join(', ')}${more}; ` +
      'say whose they are with client: and server: (lists of addresses), give them addresses of their own with others: map, or filter the capture',
  )
}

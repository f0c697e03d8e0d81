import type { ObservedEndpoint } from '../monitors/observation.ts'
import type { Connection } from './connection.ts'
import { type JoinKey, joinKeys } from './join.ts'
import type { ProcessSocket } from './process-sockets.ts'

/** How a socket fits a connection at one end of it. */
export interface Comparison {
  socket: ProcessSocket
  keys: JoinKey[]
  missing: JoinKey[]
  differing: JoinKey[]
  apartMs: number
}

/** Protocols whose packets have no ports. */
const portless = ['ICMP', 'IPV6-ICMP', 'ICMPV6', 'IGMP', 'ESP', 'AH', 'GRE']

/**
 * Compares a socket with a connection, key by key; null when it is not at this connection at all.
 * @param toleranceMs how far the time stamps may be apart: two logs, two clocks, and a call that is logged when it ends
 */
export function compare(connection: Connection, socket: ProcessSocket, toleranceMs: number): Comparison | null {
  const ways = [
    { far: 'destination', near: 'source' },
    { far: 'source', near: 'destination' },
  ] as const
  for (const { far, near } of ways) {
    const keys = new Keys()
    if (socket.remote !== null) {
      if (!isEnd(connection[far], socket.remote, connection.protocol)) continue
      keys.compareEnd(far, connection[far], socket.remote)
      keys.compareEnd(near, connection[near], socket.local)
    } else {
      // It waits: its own end is the one that is known.
      if (!isEnd(connection[far], socket.local, connection.protocol)) continue
      keys.compareEnd(far, connection[far], socket.local)
      keys.compareEnd(near, connection[near], {})
    }
    keys.compare('protocol', connection.protocol, socket.protocol?.toUpperCase())
    const apartMs = socket.at - connection.startedAt
    const inTime = socket.remote === null ? apartMs <= toleranceMs : Math.abs(apartMs) <= toleranceMs
    keys.compare('time', true, inTime)
    return { socket, ...keys.result(), apartMs }
  }
  return null
}

/** Whether a socket's end can be this end of a connection; ports that both have must be equal. */
function isEnd(end: Connection['source'], other: ObservedEndpoint, protocol: string | undefined): boolean {
  if (other.address === undefined && other.port === undefined) return false
  if (other.address !== undefined && other.address !== end.address) return false
  if (protocol !== undefined && portless.includes(protocol)) return other.port === undefined
  return other.port === undefined || end.port === undefined || other.port === end.port
}

class Keys {
  readonly #found: { key: JoinKey; how: 'keys' | 'missing' | 'differing' }[] = []

  compareEnd(side: 'source' | 'destination', end: Connection['source'], other: ObservedEndpoint): void {
    this.compare(`${side} address`, end.address, other.address)
    // Where the packets have no ports, none is missing.
    if (end.port !== undefined) this.compare(`${side} port`, end.port, other.port)
  }

  compare(key: JoinKey, one: unknown, other: unknown): void {
    const how = one === undefined || other === undefined ? 'missing' : one === other ? 'keys' : 'differing'
    this.#found.push({ key, how })
  }

  result(): Pick<Comparison, 'keys' | 'missing' | 'differing'> {
    const of = (wanted: string) =>
      joinKeys.filter((name) => this.#found.some(({ key, how }) => how === wanted && key === name))
    return { keys: of('keys'), missing: of('missing'), differing: of('differing') }
  }
}

import { createHash } from 'node:crypto'
import ipaddr from 'ipaddr.js'

/** ICMP messages that ask and answer: the answer's type stands for the other port, in both directions. */
const icmpPairs: ReadonlyMap<number, ReadonlyMap<number, number>> = new Map([
  [
    1,
    bothWays([
      [8, 0],
      [13, 14],
      [15, 16],
      [10, 9],
      [17, 18],
    ]),
  ],
  [
    58,
    bothWays([
      [128, 129],
      [133, 134],
      [135, 136],
      [130, 131],
      [139, 140],
      [144, 145],
    ]),
  ],
])

function bothWays(pairs: [number, number][]): ReadonlyMap<number, number> {
  return new Map([...pairs, ...pairs.map(([one, other]): [number, number] => [other, one])])
}

/**
 * Community ID, version 1 (https://github.com/corelight/community-id-spec): a name for a flow that is the same in both directions
 * and in every product with the same seed.
 * @param flow For ICMP, `ports` are type and code.
 */
export function communityId(
  flow: {
    source: string
    destination: string
    protocol: number
    ports: { source: number; destination: number } | null
  },
  seed = 0,
): string {
  let one = ipaddr.parse(flow.source).toByteArray()
  let other = ipaddr.parse(flow.destination).toByteArray()
  let ports = flow.ports
  const answer = ports && icmpPairs.get(flow.protocol)?.get(ports.source)
  const isOneWay = icmpPairs.has(flow.protocol) && answer === undefined
  if (ports && answer != null) ports = { source: ports.source, destination: answer }
  const order =
    Buffer.compare(Uint8Array.from(one), Uint8Array.from(other)) || (ports ? ports.source - ports.destination : 0)
  if (order > 0 && !isOneWay) {
    ;[one, other] = [other, one]
    ports = ports && { source: ports.destination, destination: ports.source }
  }
  const bytes = [seed >> 8, seed & 255, ...one, ...other, flow.protocol, 0]
  if (ports) bytes.push(ports.source >> 8, ports.source & 255, ports.destination >> 8, ports.destination & 255)
  return `1:${createHash('sha1').update(Uint8Array.from(bytes)).digest('base64')}`
}

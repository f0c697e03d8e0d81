import type { LayerSpec } from '../../../generators/packets/stack.ts'

/** A correct packet, as a scenario would write it. */
export interface Example {
  name: string
  stack: LayerSpec[]
}

/** Writes a layer shortly. */
export function layer(name: string, values: Record<string, unknown> = {}): LayerSpec {
  return { layer: name, values }
}

export const eth = layer('ethernet', { destination: '02:00:00:00:00:02', source: '02:00:00:00:00:01' })
export const ip4 = layer('ipv4', { source: '198.18.0.1', destination: '198.18.0.2', identification: 7 })
export const ip6 = layer('ipv6', { source: 'fd54:6f63:7369::1', destination: 'fd54:6f63:7369::2' })
export const udp = layer('udp', { sourcePort: 40000, destinationPort: 9999 })
export const echo = layer('icmp', { identifier: 1, sequenceNumber: 2 })
export const echo6 = layer('icmpv6', { identifier: 1, sequenceNumber: 2 })
export const text = layer('payload', { data: 'hello, world' })
export const segmentFrom = (sourcePort: number) =>
  layer('tcp', {
    sourcePort,
    destinationPort: 9999,
    sequenceNumber: 1000,
    acknowledgmentNumber: 2000,
    flags: ['ACK', 'PSH'],
  })
export const segment = segmentFrom(40000)

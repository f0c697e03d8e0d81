import type { LayerSpec } from '../../../generators/packets/stack.ts'
import { eth, ip4, ip6, layer } from './example.ts'
import type { Malformed } from './malformed.ts'

const udp = layer('udp', { sourcePort: 40000, destinationPort: 9999 })
const data = layer('payload', { data: 'hello' })

/** Malformed IP and ICMP. */
export const malformedInternet: Malformed[] = [
  {
    name: '12 bytes of IPv4 header',
    stack: [eth, ipv4({ truncate: 12 }), udp],
    size: 12,
    at: { 2: '001c' },
    problem: /ipv4: cut short: 12 bytes/,
  },
  {
    name: 'header length below 5',
    stack: [eth, ipv4({ ihl: 4 }), udp, data],
    size: 33,
    at: { 0: '44' },
    problem: /ihl is 4/,
  },
  {
    name: 'header length beyond the packet',
    stack: [eth, ipv4({ ihl: 15, totalLength: 40 }), udp, data],
    size: 33,
    at: { 0: '4f00 0028' },
    problem: /options: 40 bytes announced, 13 are there/,
  },
  {
    name: 'total length below the header',
    stack: [eth, ipv4({ totalLength: 16 }), udp],
    size: 28,
    at: { 2: '0010' },
    problem: /ends inside the header/,
  },
  {
    name: 'total length beyond the frame',
    stack: [eth, ipv4({ totalLength: 1400 }), udp],
    size: 28,
    at: { 2: '0578' },
    problem: /1380 bytes of payload announced, 8 are there/,
  },
  {
    name: 'wrong IP version',
    stack: [eth, ipv4({ version: 7 }), udp],
    size: 28,
    at: { 0: '75' },
    problem: /version is 7/,
  },
  {
    name: 'wrong header checksum',
    stack: [eth, ipv4({ checksum: 0xdead }), udp],
    size: 28,
    at: { 10: 'dead' },
    problem: /checksum is 0xdead, right would be 0x/,
  },
  {
    name: 'option of unassigned type',
    stack: [eth, ipv4({ options: [{ type: 0x9e, length: 4, data: { hex: '0000' } }] }), udp],
    size: 32,
    at: { 20: '9e040000' },
    problem: /^$/,
  },
  {
    name: 'record route that is too long',
    stack: [eth, ipv4({ options: [{ type: 'recordRoute', length: 39, addresses: ['0.0.0.0'] }] }), udp],
    size: 36,
    at: { 0: '47', 20: '07270400 00000000' },
    problem: /option 7 at byte 0 has length 39, 31 bytes more/,
  },
  {
    name: 'option without room for its length',
    stack: [eth, ipv4({ options: ['nop', 'nop', 'nop', 'nop', 'nop', 'nop', 'nop', { raw: { hex: '94' } }] }), udp],
    size: 36,
    at: { 20: '0101010101010194' },
    problem: /option 148 at byte 7 has no room/,
  },
  {
    name: 'IPv6 payload beyond the frame',
    stack: [eth, ipv6({ payloadLength: 1000 }), udp],
    size: 48,
    at: { 4: '03e8' },
    problem: /1000 bytes of payload announced, 8/,
  },
  {
    name: 'IPv6 with wrong version',
    stack: [eth, ipv6({ version: 5 }), udp],
    size: 48,
    at: { 0: '50' },
    problem: /version is 5/,
  },
  {
    name: 'hop-by-hop header cut short',
    stack: [eth, ip6, layer('hopByHopOptions', { headerLength: 7 })],
    size: 48,
    at: { 40: '3b07' },
    problem: /options: 62 bytes announced, 6 are there/,
  },
  {
    name: 'IPv6 option that is too long',
    stack: [
      eth,
      ip6,
      layer('hopByHopOptions', { options: [{ type: 0x1e, length: 200, data: { hex: '00000000' } }] }),
      udp,
    ],
    size: 56,
    at: { 42: '1ec800000000' },
    problem: /length 200, 196 bytes more/,
  },
  {
    name: 'data after no next header',
    stack: [eth, ipv6({ nextHeader: 59 }), layer('payload', { data: { repeat: { byte: 1, count: 32 } } })],
    size: 72,
    at: { 6: '3b' },
    problem: /^$/,
  },
  {
    name: 'ICMP of 4 bytes',
    stack: [eth, ip4, layer('icmp', { truncate: 4 })],
    size: 24,
    at: { 2: '0018' },
    problem: /icmp: cut short: 4 bytes/,
  },
  {
    name: 'ICMP checksum',
    stack: [eth, ip4, layer('icmp', { checksum: 0xdead })],
    size: 28,
    problem: /checksum is 0xdead/,
  },
  {
    name: 'ICMP timestamp without timestamps',
    stack: [eth, ip4, layer('icmp', { type: 13, truncate: 8 })],
    size: 28,
    problem: /icmp: cut short/,
  },
]

function ipv4(values: Record<string, unknown>): LayerSpec {
  return layer('ipv4', { ...ip4.values, ...values })
}

function ipv6(values: Record<string, unknown>): LayerSpec {
  return layer('ipv6', { ...ip6.values, ...values })
}

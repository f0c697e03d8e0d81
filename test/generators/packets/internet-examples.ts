import { type Example, echo, echo6, eth, ip4, ip6, layer, text, udp } from './example.ts'

/** Correct packets of ICMP, IP options, fragments, security. */
export const internetExamples: Example[] = [
  { name: 'ICMP echo', stack: [eth, ip4, echo, text] },
  {
    name: 'ICMP timestamp',
    stack: [eth, ip4, layer('icmp', { type: 'timestampRequest', identifier: 1, originateTimestamp: 1000 })],
  },
  {
    name: 'ICMP port unreachable that quotes a datagram',
    stack: [eth, ip4, layer('icmp', { code: 3 }), layer('ipv4', { ...ip4.values, truncate: 36 }), udp, text],
  },
  {
    name: 'ICMP redirect',
    stack: [eth, ip4, layer('icmp', { type: 'redirect', code: 1, gateway: '198.18.0.9' }), ip4, udp, text],
  },
  { name: 'ICMP time exceeded', stack: [eth, ip4, layer('icmp', { type: 'timeExceeded' }), ip4, udp, text] },
  {
    name: 'ICMP fragmentation needed',
    stack: [eth, ip4, layer('icmp', { code: 4, nextHopMtu: 1400 }), ip4, udp, text],
  },
  { name: 'ICMP parameter problem', stack: [eth, ip4, layer('icmp', { type: 12, pointer: 1 }), ip4, udp, text] },
  { name: 'ICMPv6 echo', stack: [eth, ip6, echo6, text] },
  { name: 'ICMPv6 unreachable', stack: [eth, ip6, layer('icmpv6', { type: 1, code: 4 }), ip6, udp, text] },
  { name: 'ICMPv6 packet too big', stack: [eth, ip6, layer('icmpv6', { type: 2, mtu: 1280 }), ip6, udp, text] },
  {
    name: 'IPv4 with router alert and record route',
    stack: [
      eth,
      layer('ipv4', {
        ...ip4.values,
        options: [{ type: 'routerAlert' }, { type: 'recordRoute', addresses: ['0.0.0.0', '0.0.0.0'] }, 'end'],
      }),
      udp,
      text,
    ],
  },
  {
    name: 'IPv4 first fragment',
    stack: [
      eth,
      layer('ipv4', { ...ip4.values, flags: ['MF'], protocol: 17 }),
      layer('payload', { data: { repeat: { text: 'x', count: 16 } } }),
    ],
  },
  {
    name: 'IPv6 with destination options, routing and an atomic fragment',
    stack: [
      eth,
      ip6,
      layer('hopByHopOptions', { options: [{ type: 'padN', data: { hex: '00000000' } }] }),
      layer('destinationOptions', { options: [{ type: 'tunnelEncapsulationLimit', limit: 3 }] }),
      layer('routing', { routingType: 2, addresses: ['fd54:6f63:7369::99'] }),
      layer('fragment', { identification: 77 }),
      udp,
      text,
    ],
  },
  { name: 'authentication header', stack: [eth, ip4, layer('authentication'), udp, text] },
  {
    name: 'ESP',
    stack: [
      eth,
      ip4,
      layer('esp', { sequenceNumber: 3 }),
      layer('payload', { data: { repeat: { byte: 165, count: 48 } } }),
    ],
  },
]

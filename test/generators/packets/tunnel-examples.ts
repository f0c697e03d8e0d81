import { type Example, echo, echo6, eth, ip4, ip6, layer, segmentFrom, text, udp } from './example.ts'

/** Correct packets of tunnels. */
export const tunnelExamples: Example[] = [
  { name: 'IPv4 in IPv4', stack: [eth, ip4, ip4, echo, text] },
  { name: 'IPv6 in IPv4', stack: [eth, ip4, ip6, echo6, text] },
  { name: 'IPv4 in IPv6', stack: [eth, ip6, ip4, echo, text] },
  { name: 'GRE', stack: [eth, ip4, layer('gre'), ip4, echo, text] },
  {
    name: 'GRE with checksum, key and sequence number',
    stack: [
      eth,
      ip4,
      layer('gre', { flags: ['C', 'K', 'S'], key: 5, sequenceNumber: 6 }),
      ip4,
      segmentFrom(40010),
      text,
    ],
  },
  {
    name: 'GRE version 1 with PPP',
    stack: [
      eth,
      ip4,
      layer('gre', { version: 1, callId: 9, sequenceNumber: 1, acknowledgmentNumber: 2 }),
      layer('ppp'),
      ip4,
      udp,
      text,
    ],
  },
  { name: 'GRE with a bridged frame', stack: [eth, ip4, layer('gre'), eth, ip4, udp, text] },
  {
    name: 'ERSPAN type II',
    stack: [eth, ip4, layer('gre', { sequenceNumber: 1 }), layer('erspan', { sessionId: 7 }), eth, ip4, udp, text],
  },
  {
    name: 'Teredo with origin indication',
    stack: [
      eth,
      ip4,
      layer('udp', { sourcePort: 3544, destinationPort: 40000 }),
      layer('teredo', { obfuscatedPort: 0x63bf, obfuscatedAddress: '57.237.255.254' }),
      layer('ipv6', { source: 'fe80::8000:ffff:ffff:fffe', destination: 'fe80::ffff:ffff:ffff' }),
      echo6,
      text,
    ],
  },
  {
    name: 'VXLAN',
    stack: [
      eth,
      ip4,
      layer('udp', { sourcePort: 50000 }),
      layer('vxlan', { vni: 42 }),
      eth,
      ip4,
      segmentFrom(40011),
      text,
    ],
  },
  {
    name: 'Geneve',
    stack: [
      eth,
      ip6,
      layer('udp', { sourcePort: 50000 }),
      layer('geneve', { vni: 42 }),
      eth,
      ip4,
      segmentFrom(40012),
      text,
    ],
  },
]

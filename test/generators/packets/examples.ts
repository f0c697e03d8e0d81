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
const udp = layer('udp', { sourcePort: 40000, destinationPort: 9999 })
const echo = layer('icmp', { identifier: 1, sequenceNumber: 2 })
const echo6 = layer('icmpv6', { identifier: 1, sequenceNumber: 2 })
const text = layer('payload', { data: 'hello, world' })
const segment = layer('tcp', {
  sourcePort: 40000,
  destinationPort: 9999,
  sequenceNumber: 1000,
  acknowledgmentNumber: 2000,
  flags: ['ACK', 'PSH'],
})
const linkLocal = layer('ipv6', { source: 'fe80::1', destination: 'ff02::1' })
const target = { target: 'fe80::2' }
const sourceAddress = { type: 'sourceLinkLayerAddress', address: '02:00:00:00:00:01' }
const targetAddress = { type: 'targetLinkLayerAddress', address: '02:00:00:00:00:02' }
const routerAlert = layer('hopByHopOptions', { options: [{ type: 'routerAlert' }] })

/** At least one correct packet for every layer; a test holds them against the registry. */
export const examples: Example[] = [
  { name: 'UDP over IPv4', stack: [eth, ip4, udp, text] },
  { name: 'UDP over IPv6', stack: [eth, ip6, udp, text] },
  { name: 'UDP without checksum', stack: [eth, ip4, layer('udp', { ...udp.values, checksum: 0 }), text] },
  { name: 'TCP over IPv4', stack: [eth, ip4, segment, text] },
  { name: 'TCP over IPv6', stack: [eth, ip6, segment, text] },
  {
    name: 'TCP SYN with options',
    stack: [
      eth,
      ip4,
      layer('tcp', {
        sourcePort: 40001,
        destinationPort: 9999,
        flags: ['SYN'],
        options: [
          { type: 'mss', value: 1460 },
          'sackPermitted',
          { type: 'timestamps', value: 123456, echo: 0 },
          'nop',
          { type: 'windowScale', shift: 7 },
        ],
      }),
    ],
  },
  {
    name: 'TCP ACK with SACK blocks',
    stack: [
      eth,
      ip4,
      layer('tcp', {
        sourcePort: 40002,
        destinationPort: 9999,
        acknowledgmentNumber: 1,
        flags: ['ACK'],
        options: ['nop', 'nop', { type: 'sack', blocks: [{ left: 10, right: 20 }, { left: 30, right: 40 }] }],
      }),
    ],
  },
  {
    name: 'TCP SYN with MD5 signature, then fast open, authentication and user timeout',
    stack: [
      eth,
      ip4,
      layer('tcp', {
        sourcePort: 40003,
        destinationPort: 9999,
        flags: ['SYN'],
        options: [{ type: 'md5Signature' }, { type: 'fastOpen' }],
      }),
    ],
  },
  {
    name: 'TCP SYN with authentication and user timeout options',
    stack: [
      eth,
      ip4,
      layer('tcp', {
        sourcePort: 40004,
        destinationPort: 9999,
        flags: ['SYN'],
        options: [
          { type: 'authentication', keyId: 1, nextKeyId: 2, mac: { repeat: { byte: 7, count: 12 } } },
          { type: 'userTimeout', value: 60 },
        ],
      }),
    ],
  },
  { name: 'ICMP echo', stack: [eth, ip4, echo, text] },
  {
    name: 'ICMP timestamp',
    stack: [eth, ip4, layer('icmp', { type: 'timestampRequest', identifier: 1, originateTimestamp: 1000 })],
  },
  {
    name: 'ICMP port unreachable that quotes a datagram',
    stack: [eth, ip4, layer('icmp', { code: 3 }), layer('ipv4', { ...ip4.values, truncate: 28 }), udp, text],
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
    stack: [eth, ip4, layer('esp', { sequenceNumber: 3 }), layer('payload', { data: { repeat: { byte: 165, count: 48 } } })],
  },
  { name: 'ARP request', stack: [eth, arp(1, '00:00:00:00:00:00')] },
  { name: 'ARP reply', stack: [eth, arp(2, '02:00:00:00:00:02')] },
  { name: 'VLAN', stack: [eth, layer('dot1q', { vlan: 20, priority: 3 }), ip4, udp, text] },
  { name: 'double VLAN', stack: [eth, layer('dot1ad', { vlan: 5 }), layer('dot1q', { vlan: 6 }), ip4, udp, text] },
  {
    name: 'spanning tree',
    stack: [
      layer('ethernet', { destination: '01:80:c2:00:00:00', source: '02:00:00:00:00:01' }),
      layer('llc'),
      layer('stp', { rootAddress: '02:00:00:00:00:01', bridgeAddress: '02:00:00:00:00:01' }),
    ],
  },
  { name: 'MPLS', stack: [eth, layer('mpls', { label: 100 }), layer('mpls', { label: 200 }), ip4, udp, text] },
  { name: 'PPPoE session', stack: [eth, layer('pppoeSession'), layer('ppp'), ip4, udp, text] },
  {
    name: 'PPPoE discovery',
    stack: [
      layer('ethernet', { destination: 'ff:ff:ff:ff:ff:ff', source: '02:00:00:00:00:01' }),
      layer('pppoeDiscovery', { tags: ['serviceName', { type: 'hostUniq', data: 'abcd' }] }),
    ],
  },
  {
    name: 'LCP configure request',
    stack: [eth, layer('pppoeSession'), layer('ppp'), layer('lcp', { identifier: 1 }), layer('payload', { data: { hex: '010405d4' } })],
  },
  { name: 'IGMP report', stack: [eth, layer('ipv4', { ...ip4.values, ttl: 1, destination: '224.1.2.3' }), layer('igmp', { group: '224.1.2.3' })] },
  { name: 'router solicitation', stack: [eth, linkLocal, layer('icmpv6'), layer('routerSolicitation', { options: [sourceAddress] })] },
  {
    name: 'router advertisement',
    stack: [
      eth,
      linkLocal,
      layer('icmpv6'),
      layer('routerAdvertisement', {
        flags: ['O'],
        options: [
          sourceAddress,
          { type: 'mtu', mtu: 1500 },
          { type: 'prefixInformation', prefix: '2001:db8::' },
          { type: 'recursiveDnsServer', addresses: ['2001:db8::53'] },
        ],
      }),
    ],
  },
  { name: 'neighbor solicitation', stack: [eth, linkLocal, layer('icmpv6'), layer('neighborSolicitation', { ...target, options: [sourceAddress] })] },
  {
    name: 'neighbor advertisement',
    stack: [eth, linkLocal, layer('icmpv6'), layer('neighborAdvertisement', { ...target, flags: ['S', 'O'], options: [targetAddress] })],
  },
  {
    name: 'neighbor discovery redirect',
    stack: [eth, linkLocal, layer('icmpv6'), layer('ndRedirect', { ...target, destination: '2001:db8::1', options: [targetAddress] })],
  },
  {
    name: 'listener report',
    stack: [eth, layer('ipv6', { source: 'fe80::1', destination: 'ff02::1:ff00:2' }), routerAlert, layer('icmpv6'), layer('mld', { multicastAddress: 'ff02::1:ff00:2' })],
  },
  {
    name: 'listener report version 2',
    stack: [
      eth,
      layer('ipv6', { source: 'fe80::1', destination: 'ff02::16' }),
      routerAlert,
      layer('icmpv6'),
      layer('mldv2Report', { records: [{ type: 'changeToExclude', multicastAddress: 'ff02::1:ff00:2' }] }),
    ],
  },
  { name: 'IPv4 in IPv4', stack: [eth, ip4, ip4, echo, text] },
  { name: 'IPv6 in IPv4', stack: [eth, ip4, ip6, echo6, text] },
  { name: 'IPv4 in IPv6', stack: [eth, ip6, ip4, echo, text] },
  { name: 'GRE', stack: [eth, ip4, layer('gre'), ip4, echo, text] },
  {
    name: 'GRE with checksum, key and sequence number',
    stack: [eth, ip4, layer('gre', { flags: ['C', 'K', 'S'], key: 5, sequenceNumber: 6 }), ip4, segment, text],
  },
  {
    name: 'GRE version 1 with PPP',
    stack: [eth, ip4, layer('gre', { version: 1, callId: 9, sequenceNumber: 1, acknowledgmentNumber: 2 }), layer('ppp'), ip4, udp, text],
  },
  { name: 'GRE with a bridged frame', stack: [eth, ip4, layer('gre'), eth, ip4, udp, text] },
  { name: 'VXLAN', stack: [eth, ip4, layer('udp', { sourcePort: 50000 }), layer('vxlan', { vni: 42 }), eth, ip4, segment, text] },
  { name: 'Geneve', stack: [eth, ip6, layer('udp', { sourcePort: 50000 }), layer('geneve', { vni: 42 }), eth, ip4, segment, text] },
  {
    name: 'DNS query',
    stack: [eth, ip4, layer('udp', { sourcePort: 40000 }), layer('dns', { id: 1, questions: [{ name: 'www.example.com', type: 'AAAA' }] })],
  },
  {
    name: 'DNS answer',
    stack: [
      eth,
      ip4,
      layer('udp', { sourcePort: 53, destinationPort: 40000 }),
      layer('dns', {
        id: 1,
        ra: 1,
        questions: [{ name: 'www.example.com' }],
        answers: [
          { name: [{ pointer: 12 }], data: { name: ['web', { pointer: 16 }] } },
          { name: 'web.example.com', data: { address: '192.0.2.1' } },
          { name: 'web.example.com', data: { address: '2001:db8::1' } },
        ],
        authorities: [
          { name: 'example.com', type: 'NS', data: { name: 'ns.example.com' } },
          { name: 'example.com', data: { mname: 'ns.example.com', rname: 'root.example.com', serial: 1 } },
        ],
        additionals: [
          { name: 'example.com', data: { preference: 10, exchange: 'mail.example.com' } },
          { name: 'example.com', data: { texts: ['one', 'two'] } },
          { name: '_sip._udp.example.com', data: { priority: 1, weight: 2, port: 5060, target: 'sip.example.com' } },
        ],
      }),
    ],
  },
  {
    name: 'DNS over TCP',
    stack: [
      eth,
      ip4,
      layer('tcp', { sourcePort: 40005, acknowledgmentNumber: 1, flags: ['ACK', 'PSH'] }),
      layer('dnsOverTcp'),
      layer('dns', { id: 2, questions: [{ name: 'example.com', type: 'SOA' }] }),
    ],
  },
  {
    name: 'HTTP request',
    stack: [
      eth,
      ip4,
      layer('tcp', { sourcePort: 40006, sequenceNumber: 1, acknowledgmentNumber: 1, flags: ['ACK', 'PSH'] }),
      layer('http', { method: 'POST', target: '/form', headers: { Host: 'www.example.com' }, body: 'a=1' }),
    ],
  },
  {
    name: 'HTTP response',
    stack: [
      eth,
      ip4,
      layer('tcp', { sourcePort: 80, destinationPort: 40007, sequenceNumber: 1, acknowledgmentNumber: 1, flags: ['ACK', 'PSH'] }),
      layer('http', { status: 404, reason: 'Not Found', headers: ['Server: test'] }),
    ],
  },
]

function arp(operation: number, targetHardwareAddress: string): LayerSpec {
  return layer('arp', {
    operation,
    senderHardwareAddress: '02:00:00:00:00:01',
    senderProtocolAddress: '198.18.0.1',
    targetHardwareAddress,
    targetProtocolAddress: '198.18.0.2',
  })
}

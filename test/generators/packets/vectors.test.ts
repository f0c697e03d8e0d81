import t from 'tap'
import { decodeStack, encodeStack, type LayerSpec } from '../../../generators/packets/stack.ts'
import { binaryVectors } from './binary-vectors.ts'
import { eth, ip4, ip6, layer } from './example.ts'
import { fromHex, toHex } from './hex.ts'

const udp = layer('udp', { sourcePort: 40000, destinationPort: 9999 })
const hello = layer('payload', { data: new TextEncoder().encode('hello') })
const inner4 = '45000021000700004011ee9dc6120001c61200029c40270f000d6c8a68656c6c6f'
const udp6 = '9c40270f000d386c68656c6c6f'
const addresses6 = 'fd546f63736900000000000000000001fd546f63736900000000000000000002'

/** Bytes made by scapy 2.5 from the same description. */
const vectors: { name: string; stack: LayerSpec[]; hex: string }[] = [
  { name: 'UDP over IPv4', stack: [eth, ip4, udp, hello], hex: `0200000000020200000000010800${inner4}` },
  {
    name: 'UDP over IPv6',
    stack: [eth, ip6, udp, hello],
    hex: `02000000000202000000000186dd60000000000d1140${addresses6}${udp6}`,
  },
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
          { type: 'sackPermitted' },
          { type: 'timestamps', value: 123456, echo: 0 },
          { type: 'nop' },
          { type: 'windowScale', shift: 7 },
        ],
      }),
    ],
    hex: '02000000000202000000000108004500003c000700004006ee8dc6120001c61200029c41270f0000000000000000a002ffff16460000020405b40402080a0001e2400000000001030307',
  },
  {
    name: 'TCP over IPv6',
    stack: [
      eth,
      ip6,
      layer('tcp', {
        sourcePort: 40001,
        destinationPort: 9999,
        sequenceNumber: 1000,
        acknowledgmentNumber: 2000,
        flags: ['ACK', 'PSH'],
      }),
      hello,
    ],
    hex: `02000000000202000000000186dd6000000000190640${addresses6}9c41270f000003e8000007d05018ffffdca6000068656c6c6f`,
  },
  {
    name: 'ICMP echo',
    stack: [eth, ip4, layer('icmp', { type: 8, identifier: 1, sequenceNumber: 2 }), hello],
    hex: '020000000002020000000001080045000021000700004001eeadc6120001c61200020800b42a0001000268656c6c6f',
  },
  {
    name: 'ICMP unreachable with the datagram it is about',
    stack: [eth, ip4, layer('icmp', { type: 3, code: 3 }), ip4, udp, hello],
    hex: `02000000000202000000000108004500003d000700004001ee91c6120001c61200020303894300000000${inner4}`,
  },
  {
    name: 'ICMPv6 echo',
    stack: [eth, ip6, layer('icmpv6', { type: 128, identifier: 1, sequenceNumber: 2 }), hello],
    hex: `02000000000202000000000186dd60000000000d3a40${addresses6}80007b9c0001000268656c6c6f`,
  },
  {
    name: 'neighbor solicitation, with hop limit and type completed',
    stack: [
      eth,
      layer('ipv6', { source: 'fe80::1', destination: 'ff02::1:ff00:2' }),
      layer('icmpv6'),
      layer('neighborSolicitation', {
        target: 'fe80::2',
        options: [{ type: 'sourceLinkLayerAddress', address: '02:00:00:00:00:01' }],
      }),
    ],
    hex: '02000000000202000000000186dd6000000000203afffe800000000000000000000000000001ff0200000000000000000001ff00000287007a9700000000fe8000000000000000000000000000020101020000000001',
  },
  {
    name: 'ARP request',
    stack: [
      eth,
      layer('arp', {
        operation: 1,
        senderHardwareAddress: '02:00:00:00:00:01',
        senderProtocolAddress: '198.18.0.1',
        targetProtocolAddress: '198.18.0.2',
      }),
    ],
    hex: '02000000000202000000000108060001080006040001020000000001c6120001000000000000c6120002',
  },
  {
    name: 'VLAN',
    stack: [eth, layer('dot1q', { vlan: 20, priority: 3 }), ip4, udp, hello],
    hex: `0200000000020200000000018100 60140800${inner4}`,
  },
  {
    name: 'IPv4 options, padded',
    stack: [
      eth,
      layer('ipv4', {
        ...ip4.values,
        options: [{ type: 'routerAlert' }, { type: 'recordRoute', addresses: ['0.0.0.0'] }, { type: 'end' }],
      }),
      udp,
      hello,
    ],
    hex: '02000000000202000000000108004800002d0007000040114c86c6120001c61200029404000007070400000000009c40270f000d6c8a68656c6c6f',
  },
  {
    name: 'hop-by-hop router alert',
    stack: [eth, ip6, layer('hopByHopOptions', { options: [{ type: 'routerAlert' }, { type: 'padN' }] }), udp, hello],
    hex: `02000000000202000000000186dd6000000000150040${addresses6}1100050200000100${udp6}`,
  },
  {
    name: 'atomic fragment',
    stack: [eth, ip6, layer('fragment', { identification: 77 }), udp, hello],
    hex: `02000000000202000000000186dd6000000000152c40${addresses6}110000000000004d${udp6}`,
  },
  {
    name: 'routing header, whose last address is in the pseudo header',
    stack: [eth, ip6, layer('routing', { routingType: 0, addresses: ['fd00:9::66'] }), udp, hello],
    hex: `02000000000202000000000186dd6000000000252b40${addresses6}1102000100000000fd0000090000000000000000000000669c40270f000d1b2068656c6c6f`,
  },
  {
    name: 'GRE with checksum, key and sequence number',
    stack: [eth, ip4, layer('gre', { flags: ['C', 'K', 'S'], key: 5, sequenceNumber: 6 }), ip4, udp, hello],
    hex: `02000000000202000000000108004500004500070000402fee5bc6120001c6120002b0000800d43a00000000000500000006${inner4}`,
  },
  {
    name: 'VXLAN',
    stack: [eth, ip4, layer('udp', { sourcePort: 50000 }), layer('vxlan', { vni: 42 }), eth, ip4, udp, hello],
    hex: `020000000002020000000001080045000053000700004011ee6bc6120001c6120002c35012b5003feb850800000000002a000200000000020200000000010800${inner4}`,
  },
  {
    name: 'two MPLS labels',
    stack: [eth, layer('mpls', { label: 100 }), layer('mpls', { label: 200 }), ip4, udp, hello],
    hex: `020000000002020000000001884700064040000c8140${inner4}`,
  },
  {
    name: 'PPPoE session',
    stack: [eth, layer('pppoeSession'), layer('ppp'), ip4, udp, hello],
    hex: `020000000002020000000001886411000001 0023 0021${inner4}`,
  },
  {
    name: 'DNS query',
    stack: [
      eth,
      ip4,
      layer('udp', { sourcePort: 40000 }),
      layer('dns', { id: 1, questions: [{ name: 'www.example.com', type: 28 }] }),
    ],
    hex: '02000000000202000000000108004500003d000700004011ee81c6120001c61200029c400035002971a100010100000100000000000003777777076578616d706c6503636f6d00001c0001',
  },
]

for (const { name, stack, hex } of [...vectors, ...binaryVectors]) {
  t.test(`${name}: the description makes the bytes and the bytes make the description`, async (t) => {
    const bytes = fromHex(hex)
    t.equal(toHex(encodeStack(stack)), toHex(bytes))
    const decoded = decodeStack(bytes)
    t.same(
      decoded.map(({ layer: found }) => found),
      stack.map(({ layer: wanted }) => wanted),
    )
    t.same(
      decoded.flatMap(({ problems }) => problems),
      [],
    )
    for (const [index, { values }] of stack.entries()) t.match(decoded[index]?.values, values)
    t.equal(toHex(encodeStack(decoded)), toHex(bytes))
  })
}

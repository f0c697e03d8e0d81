import t from 'tap'
import { decodeStack, encodeStack, type LayerSpec } from '../../../generators/packets/stack.ts'
import { eth, ip4, ip6, layer } from './example.ts'

const data = layer('payload', { data: 'x' })

const completed: { what: string; stack: LayerSpec[]; index: number; values: Record<string, unknown> }[] = [
  { what: 'the ethertype of a bare payload', stack: [eth, data], index: 0, values: { etherType: 0x88b5 } },
  { what: 'the length of an 802.3 frame', stack: [eth, layer('llc'), data], index: 0, values: { etherType: 4 } },
  { what: 'the protocol of a bare payload', stack: [eth, ip4, data], index: 1, values: { protocol: 253 } },
  { what: 'the next header before nothing', stack: [eth, ip6], index: 1, values: { nextHeader: 59, payloadLength: 0 } },
  {
    what: 'the next header of an extension before nothing',
    stack: [eth, ip6, layer('destinationOptions')],
    index: 2,
    values: { nextHeader: 59, headerLength: 0 },
  },
  {
    what: 'the header length of options',
    stack: [eth, layer('ipv4', { options: ['nop'] }), data],
    index: 1,
    values: { ihl: 6, totalLength: 25 },
  },
  {
    what: 'the hop limit of neighbor discovery',
    stack: [eth, ip6, layer('icmpv6'), layer('neighborSolicitation')],
    index: 1,
    values: { hopLimit: 255 },
  },
  {
    what: 'the hop limit of listener discovery behind options',
    stack: [eth, ip6, layer('hopByHopOptions'), layer('icmpv6'), layer('mld')],
    index: 1,
    values: { hopLimit: 1 },
  },
  {
    what: 'the hop limit of a tunnel around neighbor discovery',
    stack: [eth, ip6, ip6, layer('icmpv6'), layer('neighborSolicitation')],
    index: 1,
    values: { hopLimit: 64 },
  },
  {
    what: 'the port of DNS',
    stack: [eth, ip4, layer('udp'), layer('dns')],
    index: 2,
    values: { destinationPort: 53, sourcePort: 0 },
  },
  {
    what: 'the port of HTTP',
    stack: [eth, ip4, layer('tcp'), layer('http')],
    index: 2,
    values: { destinationPort: 80 },
  },
  {
    what: 'the type of an ICMP error',
    stack: [eth, ip4, layer('icmp'), ip4, layer('udp')],
    index: 2,
    values: { type: 3 },
  },
  {
    what: 'GRE flags by the fields given',
    stack: [eth, ip4, layer('gre', { key: 1 }), ip4, layer('udp')],
    index: 2,
    values: { flags: ['K'], protocolType: 0x0800 },
  },
  {
    what: 'GRE flags of version 1',
    stack: [eth, ip4, layer('gre', { version: 1, acknowledgmentNumber: 1 }), layer('ppp'), ip4, layer('udp')],
    index: 2,
    values: { flags: ['K', 'S'], acknowledgmentPresent: 1, payloadLength: 30 },
  },
  {
    what: 'GRE source routes',
    stack: [
      eth,
      ip4,
      layer('gre', { routing: [{ addressFamily: 0x0800, data: { hex: '01020304' } }, {}] }),
      ip4,
      layer('udp'),
    ],
    index: 2,
    values: {
      flags: ['R'],
      routing: [
        { addressFamily: 0x0800, length: 4 },
        { addressFamily: 0, length: 0 },
      ],
    },
  },
  {
    what: 'padding of IPv6 options',
    stack: [eth, ip6, layer('hopByHopOptions', { options: [{ type: 'padN', data: { hex: '000000' } }] }), data],
    index: 2,
    values: { options: [{ type: 'padN' }, { type: 'pad1' }] },
  },
  {
    what: 'segments left',
    stack: [eth, ip6, layer('routing', { addresses: ['::1', '::2'] }), data],
    index: 2,
    values: { segmentsLeft: 2, headerLength: 4 },
  },
  {
    what: 'the count of listener records',
    stack: [eth, ip6, layer('icmpv6'), layer('mldv2Report', { records: [{ sources: ['::1'] }, {}] })],
    index: 3,
    values: { recordCount: 2, records: [{ sourceCount: 1 }, { sourceCount: 0 }] },
  },
]

for (const { what, stack, index, values } of completed)
  t.test(`${what} is completed`, async (t) => {
    t.match(decodeStack(encodeStack(stack))[index]?.values, values)
  })

t.test('everything that would be completed can be given instead', async (t) => {
  const given: [layer: string, values: Record<string, unknown>][] = [
    ['ethernet', { etherType: 0x1234 }],
    ['ipv4', { version: 1, ihl: 7, totalLength: 3, protocol: 99, checksum: 1 }],
    ['ipv6', { version: 9, payloadLength: 1, nextHeader: 99, hopLimit: 3 }],
    ['tcp', { dataOffset: 9, checksum: 2, reserved: 15 }],
    ['udp', { length: 1, checksum: 3 }],
    ['icmp', { checksum: 4 }],
    ['icmpv6', { type: 200, checksum: 5 }],
    ['hopByHopOptions', { nextHeader: 9, headerLength: 3 }],
    ['routing', { nextHeader: 9, headerLength: 7, segmentsLeft: 9 }],
    ['authentication', { nextHeader: 9, payloadLength: 0 }],
    ['gre', { flags: [], protocolType: 1 }],
    ['mpls', { bottomOfStack: 0 }],
    ['pppoeSession', { length: 9 }],
    ['dnsOverTcp', { length: 2000 }],
  ]
  for (const [name, values] of given) {
    const bytes = encodeStack([layer(name, values), layer('udp'), data])
    t.match(decodeStack(bytes, name)[0]?.values, values, name)
  }
})

t.test('fields of a GRE header are there when they are given, whatever the flags say', async (t) => {
  t.equal(encodeStack([layer('gre', { flags: [], key: 5 })]).length, 8)
  t.equal(encodeStack([layer('gre', { flags: ['K'] })]).length, 8)
  t.equal(encodeStack([layer('gre', { flags: [] })]).length, 4)
})

t.test('layers can be stacked in any order, also where no number names the next', async (t) => {
  const bytes = encodeStack([layer('tcp'), eth, layer('dns'), layer('arp'), ip6, layer('mld'), layer('http')])
  t.equal(bytes.length, 20 + 14 + 12 + 28 + 40 + 20 + 18)
})

t.test('nothing at all makes nothing', async (t) => {
  t.equal(encodeStack([]).length, 0)
  t.same(decodeStack(new Uint8Array(0), 'payload'), [])
  t.match(decodeStack(new Uint8Array(0)), [{ layer: 'payload', problems: [/ethernet: cut short: 0 bytes/] }])
})

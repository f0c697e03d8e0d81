import fc from 'fast-check'
import t from 'tap'
import { captureRecords } from '../../../generators/captures/capture.ts'
import { ethernetFrame } from '../../../generators/captures/link-layer.ts'
import { PcapError } from '../../../generators/errors.ts'
import {
  bigEndian,
  block,
  type ClassicOptions,
  classic,
  enhanced,
  interfaceBlock,
  littleEndian,
  option,
  section,
  simple,
} from './build.ts'
import { memoryFile } from './memory-file.ts'

const one = Buffer.from('00112233445566778899aabb0800deadbeef', 'hex')
const other = Buffer.from('ffffffffffff02000000000108060001', 'hex')

/** Time in milliseconds, interface's link type, and bytes of every packet; at most a few bytes of the file come at a time. */
function packets(file: Uint8Array): [at: number, linkType: number, hex: string][] {
  return Array.from(captureRecords(memoryFile(file, 7)), ({ at, linkType, bytes }) => [
    at,
    linkType,
    Buffer.from(bytes).toString('hex'),
  ])
}

const classics: [name: string, options: ClassicOptions, fraction: number, at: number][] = [
  ['microseconds, little-endian', { order: littleEndian }, 250_000, 1250],
  ['microseconds, big-endian', { order: bigEndian }, 250_000, 1250],
  ['nanoseconds, little-endian', { order: littleEndian, magic: 0xa1b23c4d }, 250_000_000, 1250],
  ['nanoseconds, big-endian', { order: bigEndian, magic: 0xa1b23c4d }, 250_000_000, 1250],
  ['raw IP', { network: 101 }, 0, 1000],
]

for (const [name, options, fraction, at] of classics) {
  t.test(`classic pcap: ${name}`, async (t) => {
    const file = classic(
      [
        { seconds: 1, fraction, bytes: one },
        { seconds: 2, bytes: other },
      ],
      options,
    )
    const linkType = options.network ?? 1
    t.strictSame(packets(file), [
      [at, linkType, one.toString('hex')],
      [2000, linkType, other.toString('hex')],
    ])
  })
}

t.test('a frame check sequence at the end of every packet is left out', async (t) => {
  // Bit 26: there is one; the four highest bits: of two words of 16 bits.
  const file = classic([{ bytes: Buffer.concat([one, Buffer.from('c0ffee00', 'hex')]) }], { network: 0x2400_0001 })
  t.strictSame(packets(file), [[0, 1, one.toString('hex')]])
})

for (const [name, order] of Object.entries({ 'little-endian': littleEndian, 'big-endian': bigEndian })) {
  t.test(
    `pcapng, ${name}: interfaces with times of their own, all kinds of packet blocks, others passed over`,
    async (t) => {
      const { u16, u32, u64 } = order
      const file = Buffer.concat([
        section(order),
        interfaceBlock(order, 1, 16),
        interfaceBlock(order, 101, 0, [
          option(order, 2, Buffer.from('eth0')),
          option(order, 9, Buffer.of(9)),
          option(order, 14, u64(100n)),
          option(order, 0, Buffer.alloc(0)),
        ]),
        interfaceBlock(order, 113, 0, [option(order, 9, Buffer.of(0x80 | 10))]),
        block(order, 4, u16(1), u16(8), Buffer.from('0a000001'), Buffer.from('host\0\0\0\0')),
        enhanced(order, 0, 1_500_000n, one),
        enhanced(order, 1, 2_500_000_000n, other),
        enhanced(order, 2, 3n * 1024n + 512n, one),
        block(order, 5, u32(0), u32(0), u32(0)),
        block(order, 0x0bad, u32(0), Buffer.from('what a vendor likes')),
        simple(order, one.subarray(0, 16), one.length),
        block(order, 2, u16(0), u16(0), u32(0), u32(4_000_000), u32(other.length), u32(other.length), other),
      ])
      t.strictSame(packets(file), [
        [1500, 1, one.toString('hex')],
        [102_500, 101, other.toString('hex')],
        [3500, 113, one.toString('hex')],
        [3500, 1, one.subarray(0, 16).toString('hex')],
        [4000, 1, other.toString('hex')],
      ])
      const records = [...captureRecords(memoryFile(file))]
      t.strictSame(
        records.map(({ number, originalLength, bytes }) => [number, originalLength - bytes.length]),
        [
          [1, 0],
          [2, 0],
          [3, 0],
          [4, 2],
          [5, 0],
        ],
      )
    },
  )
}

t.test('a later section may be in the other byte order and has interfaces of its own', async (t) => {
  const file = Buffer.concat([
    section(littleEndian),
    interfaceBlock(littleEndian, 1),
    enhanced(littleEndian, 0, 1000n, one),
    section(bigEndian),
    interfaceBlock(bigEndian, 101),
    enhanced(bigEndian, 0, 2000n, other),
  ])
  t.strictSame(packets(file), [
    [1, 1, one.toString('hex')],
    [2, 101, other.toString('hex')],
  ])
})

const ip4 = Buffer.from(`4500${'00'.repeat(18)}`, 'hex')
const ip6 = Buffer.from(`6000${'00'.repeat(38)}`, 'hex')
const mac = '020304050607'
const links: [name: string, linkType: number, packet: Buffer, frame: string][] = [
  ['Ethernet', 1, one, one.toString('hex')],
  ['raw IPv4', 101, ip4, `${'00'.repeat(12)}0800${ip4.toString('hex')}`],
  ['raw IPv6', 101, ip6, `${'00'.repeat(12)}86dd${ip6.toString('hex')}`],
  ['raw IP of BSD', 12, ip4, `${'00'.repeat(12)}0800${ip4.toString('hex')}`],
  ['IPv4', 228, ip4, `${'00'.repeat(12)}0800${ip4.toString('hex')}`],
  ['IPv6', 229, ip6, `${'00'.repeat(12)}86dd${ip6.toString('hex')}`],
  [
    'NULL, little-endian',
    0,
    Buffer.concat([Buffer.from('02000000', 'hex'), ip4]),
    `${'00'.repeat(12)}0800${ip4.toString('hex')}`,
  ],
  [
    'NULL, big-endian',
    0,
    Buffer.concat([Buffer.from('0000001e', 'hex'), ip6]),
    `${'00'.repeat(12)}86dd${ip6.toString('hex')}`,
  ],
  ['LOOP', 108, Buffer.concat([Buffer.from('00000018', 'hex'), ip6]), `${'00'.repeat(12)}86dd${ip6.toString('hex')}`],
  [
    'Linux cooked',
    113,
    Buffer.concat([Buffer.from(`000000010006${mac}00000800`, 'hex'), ip4]),
    `${'00'.repeat(6)}${mac}0800${ip4.toString('hex')}`,
  ],
  [
    'Linux cooked, version 2',
    276,
    Buffer.concat([Buffer.from(`86dd00000000000200010006${mac}0000`, 'hex'), ip6]),
    `${'00'.repeat(6)}${mac}86dd${ip6.toString('hex')}`,
  ],
  [
    'Linux cooked without an address',
    113,
    Buffer.concat([Buffer.from('0000030400000000000000000000' + '0800', 'hex'), ip4]),
    `${'00'.repeat(12)}0800${ip4.toString('hex')}`,
  ],
]

for (const [name, network, bytes, frame] of links) {
  t.test(`an Ethernet frame is made of ${name}`, async (t) => {
    const [record] = captureRecords(memoryFile(classic([{ bytes }], { network })))
    t.equal(record === undefined ? '' : Buffer.from(ethernetFrame(record)).toString('hex'), frame)
  })
}

const begun = section(littleEndian)
const ethernet = Buffer.concat([begun, interfaceBlock(littleEndian, 1)])
const broken: [name: string, file: Uint8Array, message: RegExp][] = [
  ['an empty file', Buffer.alloc(0), /^the file is empty$/],
  ['one byte', Buffer.of(0xd4), /^is no capture: neither pcap nor pcapng begins with 0xd4$/],
  ['a text', Buffer.from('hello, world'), /^is no capture: neither pcap nor pcapng begins with 0x68656c6c$/],
  ['gzip', Buffer.from('1f8b08000000', 'hex'), /^is compressed with gzip; unpack it with gunzip$/],
  [
    'a magic number alone',
    Buffer.from('d4c3b2a1', 'hex'),
    /^the file ends at byte 4 inside the file header at byte 0: 4 bytes of 24$/,
  ],
  [
    'a version of the future',
    Buffer.from(`d4c3b2a103000000${'00'.repeat(16)}`, 'hex'),
    /^pcap version 3 at byte 4; only version 2 is read$/,
  ],
  [
    'a last record without its end',
    classic([{ bytes: one }, { bytes: other }]).subarray(0, -3),
    /^the file ends at byte 87 inside record 2 at byte 58: 29 bytes of 32$/,
  ],
  [
    'a last record without its header',
    classic([{ bytes: one }, { bytes: other }]).subarray(0, 60),
    /^the file ends at byte 60 inside the header of record 2 at byte 58: 2 bytes of 16$/,
  ],
  [
    'an impossible record',
    Buffer.concat([classic([{ bytes: one }]), Buffer.alloc(16, 0xff)]),
    /^record 2 at byte 58 claims 4294967295 bytes, the most is 262144$/,
  ],
  [
    'a section without byte order',
    block(littleEndian, 0x0a0d0d0a, Buffer.alloc(16)),
    /^the section header at byte 0 has no byte order magic$/,
  ],
  [
    'a block without its end',
    Buffer.concat([ethernet, enhanced(littleEndian, 0, 0n, one)]).subarray(0, -5),
    /^the file ends at byte \d+ inside the block of type 6 at byte 48: 47 bytes of 52$/,
  ],
  [
    'a packet of no interface',
    Buffer.concat([begun, enhanced(littleEndian, 0, 0n, one)]),
    /^packet 1 at byte 28 is of interface 0, of which no block tells$/,
  ],
  [
    'a packet longer than its block',
    Buffer.concat([ethernet, block(littleEndian, 6, ...[0, 0, 0, 400, 400].map(littleEndian.u32), one)]),
    /^packet 1 at byte 48 claims 400 bytes in a block of 52$/,
  ],
  [
    'lengths that differ',
    Buffer.concat([begun, littleEndian.u32(1), littleEndian.u32(20), Buffer.alloc(8), littleEndian.u32(24)]),
    /^the block at byte 28 has length 20 before and 24 after its content$/,
  ],
  [
    'an impossible length',
    Buffer.concat([begun, littleEndian.u32(1), littleEndian.u32(13), Buffer.alloc(16)]),
    /^the block at byte 28 has the impossible length 13$/,
  ],
  [
    'an interface block without content',
    Buffer.concat([begun, block(littleEndian, 1)]),
    /^the interface block at byte 28 has only 12 bytes$/,
  ],
]

for (const [name, file, message] of broken) {
  t.test(`refused: ${name}`, async (t) => {
    t.throws(() => [...captureRecords(memoryFile(file))], { name: 'PcapError', message })
  })
}

t.test('link types that hold no Ethernet protocol are refused, with the place of the packet', async (t) => {
  const refusedLinks: [number, Buffer, RegExp][] = [
    [105, one, /^packet 1 at byte 24 is of link type 105; of these frames can be made: Ethernet \(1\), raw IP/],
    [
      101,
      Buffer.from('f0', 'hex'),
      /^packet 1 at byte 24, link type 101, holds no protocol that Ethernet has a type for$/,
    ],
    [101, Buffer.alloc(0), /holds no protocol/],
    [0, Buffer.from('0700000000', 'hex'), /holds no protocol/],
    [0, Buffer.from('02', 'hex'), /holds no protocol/],
    [113, Buffer.alloc(15), /holds no protocol/],
    [113, Buffer.from(`000000010006${mac}00000004`, 'hex'), /holds no protocol/],
  ]
  for (const [network, bytes, message] of refusedLinks) {
    const [record] = captureRecords(memoryFile(classic([{ bytes }], { network })))
    t.throws(() => record && ethernetFrame(record), { name: 'PcapError', message })
  }
})

t.test('a file that becomes shorter while it is read is an error', async (t) => {
  const whole = memoryFile(classic([{ bytes: one }]))
  const shorter = {
    ...whole,
    read: (into: Uint8Array, position: number) => (position > 30 ? 0 : whole.read(into.subarray(0, 31), position)),
  }
  t.throws(() => [...captureRecords(shorter)], { name: 'PcapError', message: /has become shorter/ })
})

t.test(
  'random bytes, and captures with random bytes in them, are packets or a PcapError, never anything else',
  async () => {
    const files = [
      classic([{ bytes: one }, { bytes: other }]),
      classic([{ bytes: one }], { order: bigEndian, network: 113 }),
      Buffer.concat([
        ethernet,
        enhanced(littleEndian, 0, 5n, one),
        simple(littleEndian, other),
        enhanced(littleEndian, 0, 5n, one),
      ]),
    ]
    const changed = fc
      .tuple(fc.constantFrom(...files), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.nat(200))
      .map(([file, changes, cut]) => {
        const bytes = Buffer.from(file)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        return bytes.subarray(0, Math.max(1, bytes.length - (cut % 40)))
      })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), changed), (bytes) => {
        try {
          for (const record of captureRecords(memoryFile(bytes))) ethernetFrame(record)
          return true
        } catch (error) {
          return error instanceof PcapError
        }
      }),
      { numRuns: 2000 },
    )
  },
)

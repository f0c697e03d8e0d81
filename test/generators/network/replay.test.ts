import fc from 'fast-check'
import t from 'tap'
import type { Conversation, Frame } from '../../../generators/conversation/conversation.ts'
import { GeneratorError } from '../../../generators/errors.ts'
import { replay } from '../../../generators/network/replay.ts'
import { unpackCopy } from '../../../generators/conversation/packed-frames.ts'
import { decodeStack, encodeStack, type LayerSpec } from '../../../generators/packets/stack.ts'
import {
  bigEndian,
  block,
  type ClassicPacket,
  classic,
  enhanced,
  interfaceBlock,
  littleEndian,
  section,
  simple,
} from '../captures/build.ts'
import { memoryFiles } from '../captures/memory-file.ts'
import { first, second } from '../identities.ts'
import { layer, text } from '../packets/example.ts'

const macs = { a: '02:aa:00:00:00:01', b: '02:aa:00:00:00:02', c: '02:aa:00:00:00:03' }
const hosts = { a: '10.0.0.1', b: '10.0.0.2', c: '10.0.0.3' }
type Name = keyof typeof hosts

const ethernet = (from: Name, to: Name) => layer('ethernet', { source: macs[from], destination: macs[to] })
const ip = (from: Name, to: Name) => layer('ipv4', { source: hosts[from], destination: hosts[to], identification: 1 })

function datagram(from: Name, to: Name, ports: [number, number] = [5000, 7000], ...rest: LayerSpec[]): Uint8Array {
  const udp = layer('udp', { sourcePort: ports[0], destinationPort: ports[1] })
  return encodeStack([ethernet(from, to), ip(from, to), udp, ...(rest.length === 0 ? [text] : rest)])
}

function segment(from: Name, to: Name, ports: [number, number], flags: string[]): Uint8Array {
  const tcp = layer('tcp', { sourcePort: ports[0], destinationPort: ports[1], flags })
  return encodeStack([ethernet(from, to), ip(from, to), tcp])
}

function play(file: Uint8Array, options: Record<string, unknown> = {}, identity = first): Conversation {
  const files = memoryFiles({ 'x.pcap': file })
  return replay.conversation(replay.parameters.parse({ capture: 'x.pcap', ...options }), identity, files)
}

const capture = (...frames: (Uint8Array | ClassicPacket)[]) =>
  classic(frames.map((one) => (one instanceof Uint8Array ? { bytes: one } : one)))

/** `client 198.18.0.1:5000 > 198.18.0.2:7000`, who sends and what the frame says. */
function told({ frames }: Conversation): string[] {
  return Array.from(frames, ({ from, bytes }) => {
    const layers = decodeStack(bytes)
    const find = (...names: string[]) => layers.find(({ layer }) => names.includes(layer))?.values ?? {}
    const value = (layer: Record<string, unknown>, name: string) => {
      const found = layer[name]
      return typeof found === 'string' || typeof found === 'number' ? String(found) : null
    }
    const [network, transport, arp] = [find('ipv4', 'ipv6'), find('tcp', 'udp'), find('arp')]
    const end = (address: string, port: string) =>
      [
        value(network, address) ?? value(arp, address === 'source' ? 'senderProtocolAddress' : 'targetProtocolAddress'),
        value(transport, port),
      ]
        .filter((part) => part !== null)
        .join(':')
    return `${from} ${end('source', 'sourcePort')} > ${end('destination', 'destinationPort')}`
  })
}

const [client, server] = [first.client.ipv4, first.server.ipv4]

t.test('the client is who opens the first TCP connection, else who speaks first', async (t) => {
  const syn = capture(segment('b', 'a', [80, 5000], ['ACK']), segment('a', 'b', [5000, 80], ['SYN']))
  t.strictSame(told(play(syn)), [`server ${server}:80 > ${client}:5000`, `client ${client}:5000 > ${server}:80`])
  t.strictSame(told(play(capture(datagram('b', 'a'), datagram('a', 'b')))), [
    `client ${client}:5000 > ${server}:7000`,
    `server ${server}:5000 > ${client}:7000`,
  ])
})

t.test('who is who can be said', async (t) => {
  const file = capture(datagram('b', 'a'))
  const other = [`server ${server}:5000 > ${client}:7000`]
  t.strictSame(told(play(file, { client: [hosts.a] })), other)
  t.strictSame(told(play(file, { server: [hosts.b] })), other)
  t.strictSame(told(play(file, { client: [hosts.a], server: [hosts.b] })), other)
  t.throws(() => play(file, { client: ['10.0.0.9'] }), {
    name: 'GeneratorError',
    path: 'client[0]',
    message: 'client[0]: the capture has no address "10.0.0.9"; it has 10.0.0.2, 10.0.0.1',
  })
})

t.test('third parties are an error with advice, or get addresses of their own, or belong to a side', async (t) => {
  const file = capture(datagram('a', 'b'), datagram('a', 'c'), datagram('c', 'a'))
  t.throws(() => play(file), {
    path: 'capture',
    message:
      'capture: more than two parties: beside client 10.0.0.1 and server 10.0.0.2 there are 10.0.0.3 (2 packets); ' +
      'say whose they are with client: and server: (lists of addresses), give them addresses of their own with others: map, or filter the capture',
  })
  t.strictSame(told(play(file, { server: [hosts.b, hosts.c] })).slice(1), [
    `client ${client}:5000 > ${server}:7000`,
    `server ${server}:5000 > ${client}:7000`,
  ])
  const mapped = play(file, { others: 'map' })
  const lines = told(mapped)
  const third = /> (100\.\d+\.\d+\.\d+):7000$/.exec(lines[1] ?? '')?.[1]
  t.strictSame(lines.slice(1), [`client ${client}:5000 > ${third}:7000`, `server ${third}:5000 > ${client}:7000`])
  t.ok(mapped.stream?.addresses.includes(String(third)), 'it is told that the address is the trial’s')
  t.notMatch(told(play(file, { others: 'map' }, second)).join(), `${third}:`, 'another trial has another one')
})

t.test('more third parties than a trial has addresses are an error', async (t) => {
  const from = (number: number) =>
    encodeStack([ethernet('a', 'b'), layer('ipv4', { source: `10.1.0.${number}`, destination: hosts.b }), text])
  const file = capture(datagram('a', 'b'), ...Array.from({ length: 127 }, (_, index) => from(index + 1)))
  t.throws(() => play(file, { others: 'map' }), { path: 'others', message: /more than 126 further addresses/ })
})

t.test('several addresses of one machine are one party, a router’s MAC makes none', async (t) => {
  const from6 = (source: string, destination: string) =>
    encodeStack([ethernet('a', 'b'), layer('ipv6', { source, destination }), text])
  const file = capture(
    datagram('a', 'b'),
    datagram('b', 'a'),
    from6('fe80::1', '2001:db8::b'),
    from6('2001:db8::a', '2001:db8::b'),
  )
  const both = Array(2).fill(`client ${first.client.ipv6} > ${first.server.ipv6}`)
  t.strictSame(told(play(file)).slice(2), both)
  t.strictSame(told(play(file, { server: [hosts.b, '2001:DB8:0::b'] })).slice(2), both, 'however an address is written')
  const routed = (host: Name) => encodeStack([ethernet('b', 'a'), ip(host, 'a'), text])
  t.throws(() => play(capture(datagram('a', 'b'), routed('b'), routed('c'))), /10\.0\.0\.3/)
})

t.test('on a loopback interface, where both addresses are the same, whoever opened is the client', async (t) => {
  const local = (ports: [number, number], flags: string[]) =>
    encodeStack([
      layer('ethernet', { source: '00:00:00:00:00:00', destination: '00:00:00:00:00:00' }),
      layer('ipv4', { source: '127.0.0.1', destination: '127.0.0.1' }),
      layer('tcp', { sourcePort: ports[0], destinationPort: ports[1], flags }),
    ])
  const lines = told(
    play(capture(local([5000, 80], ['SYN']), local([80, 5000], ['SYN', 'ACK']), local([5000, 80], ['ACK']))),
  )
  t.strictSame(lines, [
    `client ${client}:5000 > ${server}:80`,
    `server ${server}:80 > ${client}:5000`,
    `client ${client}:5000 > ${server}:80`,
  ])
})

t.test('ARP, broadcasts and frames without addresses are moved by what they have', async (t) => {
  const arp = (operation: string, from: Name, to: Name, destination: string) =>
    encodeStack([
      layer('ethernet', { source: macs[from], destination }),
      layer('arp', {
        operation,
        senderHardwareAddress: macs[from],
        senderProtocolAddress: hosts[from],
        targetHardwareAddress: operation === 'request' ? '00:00:00:00:00:00' : macs[to],
        targetProtocolAddress: hosts[to],
      }),
    ])
  const everybody = 'ff:ff:ff:ff:ff:ff'
  const toAll = encodeStack([
    layer('ethernet', { source: macs.b, destination: everybody }),
    layer('ipv4', { source: hosts.b, destination: '10.0.0.255' }),
    text,
  ])
  const own = Buffer.from(`02aa0000000202aa0000000188b5${'00'.repeat(50)}`, 'hex')
  const made = play(capture(arp('request', 'a', 'b', everybody), arp('reply', 'b', 'a', macs.a), toAll, own))
  t.strictSame(told(made).slice(0, 3), [
    `client ${client} > ${server}`,
    `server ${server} > ${client}`,
    `server ${server} > 10.0.0.255`,
  ])
  const head = Array.from(
    made.frames,
    ({ from, bytes }) => `${from} ${Buffer.from(bytes.subarray(0, 14)).toString('hex')}`,
  )
  const [clientMac, serverMac] = [first.client.mac.replaceAll(':', ''), first.server.mac.replaceAll(':', '')]
  t.strictSame(head, [
    `client ffffffffffff${clientMac}0806`,
    `server ${clientMac}${serverMac}0806`,
    `server ffffffffffff${serverMac}0800`,
    `client ${serverMac}${clientMac}88b5`,
  ])
  const target = [...made.frames][0]?.bytes.subarray(32, 38)
  t.equal(Buffer.from(target ?? []).toString('hex'), '000000000000', 'nobody’s hardware address stays so')
})

t.test('Neighbor Discovery is moved with its targets, its options and its groups', async (t) => {
  const link = (mac: string) => ({ source: macs.a, destination: mac })
  const solicitation = encodeStack([
    layer('ethernet', link('33:33:ff:00:00:0b')),
    layer('ipv6', { source: 'fe80::a', destination: 'ff02::1:ff00:b', hopLimit: 255 }),
    layer('icmpv6', { type: 135, code: 0 }),
    layer('payload', { data: { hex: '00000000fe80000000000000000000000000000b010102aa00000001' } }),
  ])
  const talk = encodeStack([ethernet('a', 'b'), layer('ipv6', { source: 'fe80::a', destination: 'fe80::b' }), text])
  const [frame] = play(capture(solicitation, talk)).frames
  const hex = Buffer.from(frame?.bytes ?? []).toString('hex')
  t.notMatch(hex, /02aa00000001|fe80/, 'neither the old MAC nor an old address is left')
  t.match(hex, /^3333ff000002/, 'the group is that of the new address')
})

t.test('ports stay, or become the trial’s own on the client’s side, or others that are given', async (t) => {
  const file = capture(datagram('a', 'b', [5000, 53]), datagram('b', 'a', [53, 5000]), datagram('a', 'b', [5001, 53]))
  const { port } = first.client
  t.strictSame(told(play(file, { clientPorts: 'trial' })), [
    `client ${client}:${port} > ${server}:53`,
    `server ${server}:53 > ${client}:${port}`,
    `client ${client}:${port + 1} > ${server}:53`,
  ])
  t.strictSame(told(play(file, { ports: { 53: 5353 } }))[1], `server ${server}:5353 > ${client}:5000`)
})

t.test('DNS answers and the marker are moved where that is asked for', async (t) => {
  const dns = layer('dns', {
    questions: [{ name: 'deadbeef.example.com' }],
    answers: [
      { name: [{ pointer: 12 }], data: { address: hosts.b } },
      { name: [{ pointer: 12 }], data: { address: '192.0.2.9' } },
    ],
  })
  const file = capture(datagram('a', 'b', [5000, 53]), datagram('b', 'a', [53, 5000], dns))
  const answers = (options: Record<string, unknown>) => {
    const answer = decodeStack([...play(file, options).frames][1]?.bytes ?? new Uint8Array(0)).find(
      (one) => one.layer === 'dns',
    )
    return JSON.stringify(answer?.values)
  }
  t.match(answers({}), /10\.0\.0\.2.*192\.0\.2\.9/)
  const mapped = answers({ map: ['dns'], marker: 'deadbeef' })
  t.match(mapped, new RegExp(`${first.marker}.*${server}.*192\\.0\\.2\\.9`), 'addresses that are no host’s stay')
  t.notMatch(mapped, /10\.0\.0\.2|deadbeef/)
})

t.test('a part of a capture can be played; who is who is learnt from all of it', async (t) => {
  const file = capture(
    segment('a', 'b', [5000, 80], ['SYN']),
    segment('b', 'a', [80, 5000], ['SYN', 'ACK']),
    segment('a', 'b', [5000, 80], ['ACK']),
  )
  const part = play(file, { packets: { first: 2, last: 2 } })
  t.strictSame(told(part), [`server ${server}:80 > ${client}:5000`])
  t.equal(part.stream?.frames, 1)
  t.throws(() => play(file, { packets: { first: 4 } }), { path: 'packets', message: /has only 3 packets/ })
})

const timed = capture(
  { seconds: 100, fraction: 0, bytes: datagram('a', 'b') },
  { seconds: 100, fraction: 400, bytes: datagram('a', 'b') },
  { seconds: 100, fraction: 800, bytes: datagram('a', 'b') },
  { seconds: 100, fraction: 1200, bytes: datagram('a', 'b') },
  { seconds: 102, fraction: 1200, bytes: datagram('a', 'b') },
  { seconds: 101, fraction: 0, bytes: datagram('a', 'b') },
)

const paces: [options: Record<string, unknown>, delays: (number | undefined)[], together: number][] = [
  [{}, [undefined, undefined, undefined, undefined, undefined, undefined], 0],
  [{ timing: 'original' }, [undefined, undefined, undefined, 1.2, 2000, undefined], 2001.2],
  [{ speed: 100 }, [undefined, undefined, undefined, undefined, 20.012, undefined], 20.012],
  [{ rate: 100 }, [undefined, 10, 10, 10, 10, 10], 60],
]

for (const [options, delays, together] of paces) {
  t.test(`pace ${JSON.stringify(options)}`, async (t) => {
    const made = play(timed, options)
    const rounded = Array.from(made.frames, ({ delay }) =>
      delay === undefined ? undefined : Math.round(delay * 1000) / 1000,
    )
    t.strictSame(rounded, delays)
    t.equal(Math.round((made.stream?.delayMs ?? 0) * 1000) / 1000, together)
  })
}

t.test('what would take too long says how fast it could go', async (t) => {
  const slow = capture({ seconds: 0, bytes: datagram('a', 'b') }, { seconds: 6000, bytes: datagram('a', 'b') })
  t.throws(() => play(slow, { timing: 'original' }), {
    path: 'timing',
    message: 'timing: playing it would take 6000 s, the most is 600 s; take speed: 10 or timing: fast',
  })
})

t.test('pcapng and classic pcaps of the same packets make the same frames, time after time', async (t) => {
  const frames = [datagram('a', 'b'), datagram('b', 'a')]
  const hex = (made: Conversation) => Array.from(made.frames, ({ bytes }) => Buffer.from(bytes).toString('hex'))
  const made = play(capture(...frames))
  t.strictSame(hex(made), hex(made), 'gone through again')
  for (const order of [littleEndian, bigEndian]) {
    const ng = Buffer.concat([
      section(order),
      interfaceBlock(order, 1),
      enhanced(order, 0, 1n, frames[0] as Uint8Array),
      simple(order, frames[1] as Uint8Array),
    ])
    t.strictSame(hex(play(ng)), hex(made))
  }
})

t.test('frames that nobody keeps are the same, in memory that is used again', async (t) => {
  const large = Array.from({ length: 4000 }, (_, index) =>
    Buffer.concat([
      datagram(index % 300 === 299 ? 'b' : 'a', index % 300 === 299 ? 'a' : 'b', [index, 2]),
      Buffer.alloc(1200 + (index % 3)),
    ]),
  )
  const ng = Buffer.concat([
    section(littleEndian),
    interfaceBlock(littleEndian, 1),
    ...large.flatMap((bytes, index) => [
      ...(index % 400 === 0 ? [block(littleEndian, 0xbad, Buffer.alloc(1_100_000))] : []),
      enhanced(littleEndian, 0, 1n, bytes),
    ]),
  ])
  for (const made of [play(capture(...large)), play(ng), play(capture(...large), { map: ['ftp'] })]) {
    t.strictSame(inBatches(made), Array.from(made.frames, inFull))
    const buffers = new Set(Array.from(made.stream?.batches ?? [], ({ frames }) => frames.bytes.buffer))
    t.ok(buffers.size <= 3, `${buffers.size} pieces of memory for ${large.length} frames`)
    t.ok(
      new Set(Array.from(made.frames, ({ bytes }) => bytes.buffer)).size > 3,
      'those that may be kept have their own',
    )
  }
})

const marked = layer('payload', { data: 'xdeadbeef, and odd' })
const damagedFrom = [
  datagram('b', 'a', [4789, 4789], ethernet('a', 'b'), ip('a', 'b'), layer('udp', {}), text),
  datagram('a', 'b'),
  datagram('a', 'b', [1, 2], marked),
  datagram('b', 'a', [53, 9], layer('dns', { answers: [{ name: 'deadbeef.example', data: { address: hosts.b } }] })),
  segment('b', 'a', [80, 5000], ['ACK']),
  encodeStack([ethernet('a', 'b'), ip('a', 'b'), layer('gre', {}), ip('b', 'a'), layer('udp', {}), text]),
]

const damaged = fc
  .tuple(fc.constantFrom(...damagedFrom), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat(60))
  .map(([frame, changes, cut]) => {
    const bytes = Buffer.from(frame)
    // Its addresses stay: whose it is does not matter here.
    for (const [at, value] of changes)
      if (at % bytes.length < 26 || at % bytes.length > 33) bytes[at % bytes.length] = value
    return bytes.subarray(0, Math.max(34, bytes.length - cut))
  })

t.test('frames in which only addresses change are moved as those are in which ports might', async (t) => {
  fc.assert(
    fc.property(fc.array(damaged, { minLength: 1, maxLength: 8 }), (frames) => {
      const file = capture(datagram('a', 'b'), ...frames)
      const [plain, general] = [{}, { ports: { 1: 1 } }].map((more) => play(file, { others: 'map', ...more }).frames)
      return same(Array.from(plain ?? [], inFull), Array.from(general ?? [], inFull))
    }),
    { numRuns: 3000 },
  )
  for (const more of [{}, { ports: { 1: 1 } }]) {
    const checksumOf = (hex: string) => {
      const file = capture(datagram('a', 'b', [5000, 7000], layer('payload', { data: { hex } })))
      const [moved] = play(file, more).frames
      return Buffer.from(moved?.bytes.subarray(40, 42) ?? []).toString('hex')
    }
    t.equal(checksumOf(checksumOf('0000')), 'ffff', 'RFC 768: zero would mean that there is no checksum')
  }
})

t.test('frames that are rewritten between others leave those alone, whatever they are', async () => {
  fc.assert(
    fc.property(fc.array(damaged, { minLength: 1, maxLength: 8 }), fc.boolean(), (frames, isPlain) => {
      const more = {
        clientPorts: 'trial',
        map: ['dns'],
        marker: 'deadbeef',
        checksums: frames.length % 2 === 0 ? 'keep' : 'repair',
      }
      const made = play(capture(datagram('a', 'b'), ...frames), { others: 'map', ...(isPlain ? {} : more) })
      return same(inBatches(made), Array.from(made.frames, inFull))
    }),
    { numRuns: 1000 },
  )
})

const same = (one: readonly string[], other: readonly string[]) => one.join('\n') === other.join('\n')
const inFull = ({ from, bytes }: Omit<Frame, 'note'>) => `${from} ${Buffer.from(bytes).toString('hex')}`
const inBatches = ({ stream }: Conversation) =>
  Array.from(stream?.batches ?? [], ({ from, frames }) =>
    unpackCopy(frames).map((bytes) => inFull({ from, bytes })),
  ).flat()

t.test('facts about the stream are those of its frames', async (t) => {
  const made = play(capture(datagram('a', 'b', [1, 2]), datagram('b', 'a', [2, 1]), datagram('a', 'b', [3, 2])))
  const frames = [...made.frames]
  t.equal(made.stream?.frames, frames.length)
  t.equal(
    made.stream?.bytes,
    frames.reduce((sum, { bytes }) => sum + bytes.length, 0),
  )
  const heads = [frames[0], frames[2]].map((frame) => Buffer.from(frame?.bytes.subarray(0, 192) ?? []).toString('hex'))
  t.strictSame(
    made.stream?.heads.map((head) => Buffer.from(head).toString('hex')),
    heads,
    'one of every flow',
  )
  t.equal(frames[2]?.note, 'packet 3 of the capture')
})

const jumbo = Buffer.concat([datagram('a', 'b'), Buffer.alloc(2000)])
const refusals: [name: string, file: Uint8Array, message: RegExp][] = [
  ['an empty file', Buffer.alloc(0), /^capture: x\.pcap: the file is empty$/],
  ['no packets', capture(), /^capture: x\.pcap: holds no packets$/],
  ['not a capture', Buffer.from('#!/bin/sh'), /^capture: x\.pcap: is no capture: /],
  [
    'a cut packet',
    capture({ bytes: datagram('a', 'b'), originalLength: 1000 }),
    /^capture: x\.pcap: packet 1 at byte 24 was cut: \d+ of 1000 bytes; capture whole packets \(tcpdump -s 0\)$/,
  ],
  [
    'a frame that no wire carries',
    capture(jumbo),
    /^capture: x\.pcap: packet 1 at byte 24 has \d+ bytes, the sandbox's wires carry 1514; capture without segmentation offload/,
  ],
  ['a runt', capture(Buffer.alloc(13)), /^capture: x\.pcap: packet 1 at byte 24 has 13 bytes, too few for Ethernet$/],
  [
    'a foreign link type',
    classic([{ bytes: Buffer.alloc(60) }], { network: 127 }),
    /^capture: x\.pcap: packet 1 at byte 24 is of link type 127; /,
  ],
  [
    'a cut file',
    capture(datagram('a', 'b')).subarray(0, -1),
    /^capture: x\.pcap: the file ends at byte \d+ inside record 1 at byte 24/,
  ],
]

for (const [name, file, message] of refusals) {
  t.test(`refused: ${name}`, async (t) => {
    t.throws(() => play(file), { name: 'GeneratorError', path: 'capture', message })
  })
}

t.test('a file that is not there, and a trial without files, are errors of the capture', async (t) => {
  const given = replay.parameters.parse({ capture: 'y.pcap' })
  t.throws(() => replay.conversation(given, first, memoryFiles({})), {
    path: 'capture',
    message: 'capture: y.pcap: no such file',
  })
  t.throws(() => replay.conversation(given, first), {
    path: 'capture',
    message: /only a scenario of a file can name another one/,
  })
})

t.test('wrong parameters are refused', async (t) => {
  for (const wrong of [
    {},
    { capture: '' },
    { capture: 'x', client: ['host'] },
    { capture: 'x', client: [] },
    { capture: 'x', ports: { http: 1 } },
    { capture: 'x', marker: 'short' },
    { capture: 'x', speed: 0 },
  ])
    t.notOk(replay.parameters.safeParse(wrong).success, JSON.stringify(wrong))
})

t.test(
  'captures with random bytes in them are frames of their own length or a GeneratorError, never anything else',
  async () => {
    const file = capture(
      datagram(
        'a',
        'b',
        [5000, 53],
        layer('dns', {
          questions: [{ name: 'a.example' }],
          answers: [{ name: 'a.example', data: { address: hosts.b } }],
        }),
      ),
      encodeStack([ethernet('b', 'a'), ip('b', 'a'), layer('gre', {}), ip('c', 'a'), layer('tcp', {}), text]),
      encodeStack([
        ethernet('a', 'b'),
        ip('a', 'b'),
        layer('icmp', { type: 3, code: 1 }),
        ip('b', 'a'),
        layer('udp', {}),
        text,
      ]),
      encodeStack([
        ethernet('a', 'b'),
        layer('ipv6', { source: 'fe80::1', destination: 'fe80::2' }),
        layer('icmpv6', { type: 135 }),
        text,
      ]),
    )
    const changes = fc.array(fc.tuple(fc.nat(file.length - 25), fc.nat(255)), { maxLength: 12 })
    const options = fc.record({
      others: fc.constantFrom('map', 'refuse'),
      checksums: fc.constantFrom('keep', 'repair'),
      clientPorts: fc.constantFrom('keep', 'trial'),
      map: fc.constant(['dns']),
      marker: fc.constant('deadbeef'),
    })
    fc.assert(
      fc.property(changes, options, (changes, options) => {
        const bytes = Buffer.from(file)
        for (const [at, value] of changes) bytes[24 + at] = value
        try {
          const made = play(bytes, options)
          let sum = 0
          for (const frame of made.frames) sum += frame.bytes.length
          return sum === made.stream?.bytes
        } catch (error) {
          return error instanceof GeneratorError
        }
      }),
      { numRuns: 3000 },
    )
  },
)

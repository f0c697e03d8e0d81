import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { replay } from '../../../generators/network/replay.ts'
import { internetChecksum } from '../../../generators/packets/checksum.ts'
import { encodeStack, type LayerSpec } from '../../../generators/packets/stack.ts'
import { writePcap } from '../../../generators/wires/pcap-file.ts'
import { classic } from '../captures/build.ts'
import { memoryFiles } from '../captures/memory-file.ts'
import { first } from '../identities.ts'
import { layer, text } from '../packets/example.ts'
import { examples } from '../packets/examples.ts'

const inside = layer('ethernet', { destination: '02:00:00:00:00:0b', source: '02:00:00:00:00:0a' })
const fromA = layer('ipv4', { source: '10.9.0.1', destination: '10.9.0.2', identification: 5 })
const fromA6 = layer('ipv6', { source: '2001:db8::1', destination: '2001:db8::2' })
const innerA = layer('ipv4', { source: '172.16.0.1', destination: '172.16.0.2', identification: 6 })
const udp = layer('udp', { sourcePort: 1024, destinationPort: 9999 })
const tcp = layer('tcp', { sourcePort: 1024, destinationPort: 9999, flags: ['SYN'] })
const dot1q = layer('dot1q', { vlan: 5 })

/** Headers inside headers: each checksum outside covers the addresses inside. */
const tunnels: [name: string, stack: LayerSpec[]][] = [
  ['IPv4', [inside, fromA, udp, text]],
  ['IPv4, odd length', [inside, fromA, udp, layer('payload', { data: 'odd' })]],
  ['IPv6', [inside, fromA6, tcp, text]],
  ['VLAN', [inside, dot1q, fromA, tcp, text]],
  ['MPLS', [inside, layer('mpls', {}), fromA, udp, text]],
  ['IPv4 in IPv4', [inside, fromA, innerA, udp, text]],
  ['IPv6 in IPv4', [inside, fromA, fromA6, udp, text]],
  ['GRE', [inside, fromA, layer('gre', {}), innerA, tcp, text]],
  ['GRE with checksum', [inside, fromA, layer('gre', { flags: ['C'] }), innerA, tcp, text]],
  [
    'VXLAN, outer checksum included',
    [
      inside,
      fromA6,
      layer('udp', { sourcePort: 1024, destinationPort: 4789 }),
      layer('vxlan', {}),
      inside,
      innerA,
      tcp,
      text,
    ],
  ],
  [
    'ICMP error',
    [
      inside,
      fromA,
      layer('icmp', { type: 3, code: 3 }),
      layer('ipv4', { source: '10.9.0.2', destination: '10.9.0.1' }),
      udp,
      text,
    ],
  ],
  ['echo over IPv6', [inside, fromA6, layer('icmpv6', { identifier: 1, sequenceNumber: 2 }), text]],
]

/** Each stack as a capture of its own, moved to the trial. */
function moved(stack: LayerSpec[], options: Record<string, unknown> = {}): { before: Uint8Array; after: Uint8Array } {
  const before = encodeStack(stack)
  const files = memoryFiles({ x: classic([{ bytes: before }]) })
  const given = replay.parameters.parse({ capture: 'x', others: 'map', ...options })
  const [frame] = replay.conversation(given, first, files).frames
  if (frame === undefined) throw new Error('no frame')
  return { before, after: frame.bytes }
}

const checksums = ['ip', 'tcp', 'udp', 'icmp', 'icmpv6', 'gre'].map((name) => `${name}.checksum.status`)
const addresses = [
  'eth.src',
  'eth.dst',
  'ip.addr',
  'ipv6.addr',
  'arp.src.proto_ipv4',
  'arp.dst.proto_ipv4',
  'arp.src.hw_mac',
]

/** What tshark says of frames, one row each: the fields asked for, and whether it has complaints. */
function tshark(path: string, frames: readonly Uint8Array[], fields: readonly string[]): string[][] {
  writeFileSync(path, writePcap(frames.map((bytes, index) => ({ at: BigInt(index), bytes }))))
  const checked = ['ip', 'tcp', 'udp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`])
  const wanted = fields.flatMap((name) => ['-e', name])
  const options = ['-r', path, '-n', ...checked, '-T', 'fields', ...wanted, '-E', 'separator=/t']
  const output = execFileSync('tshark', options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return output
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'))
}

t.test('checksums of every layer and tunnel are as right after the move as before', async (t) => {
  const all: [string, LayerSpec[]][] = [
    ...tunnels,
    ...examples.map(({ name, stack }): [string, LayerSpec[]] => [name, stack]),
  ]
  const playable = all.filter(([, stack]) => encodeStack(stack).length <= 1514)
  t.ok(playable.length > 60, `${playable.length} packets`)
  const pairs = playable.map(([, stack]) => moved(stack))
  const before = tshark(
    join(t.testdir(), 'before.pcap'),
    pairs.map((pair) => pair.before),
    checksums,
  )
  const after = tshark(
    join(t.testdir(), 'after.pcap'),
    pairs.map((pair) => pair.after),
    checksums,
  )
  for (const [index, [name]] of playable.entries()) t.strictSame(after[index], before[index], name)
  for (const [index, [name]] of tunnels.entries()) {
    t.ok(after[index]?.join('').includes('1'), `${name}: tshark has verified something`)
    t.notMatch(after[index]?.join(''), '0', `${name}: nothing is bad`)
  }
})

t.test('no address of the capture is left, in no header', async (t) => {
  const frames = tunnels.map(([, stack]) => moved(stack).after)
  const rows = tshark(join(t.testdir(), 'moved.pcap'), frames, addresses)
  for (const [index, [name]] of tunnels.entries())
    t.notMatch(rows[index]?.join(' '), /10\.9\.0|2001:db8|172\.16|02:00:00:00:00:0[ab]/, name)
  const plain = rows[0]?.join(' ') ?? ''
  for (const address of [first.client.mac, first.server.mac, first.client.ipv4, first.server.ipv4])
    t.match(plain, address)
  t.match(rows[2]?.join(' '), `${first.client.ipv6},${first.server.ipv6}`)
})

t.test('a wrong checksum is wrong by as much after the move, unless it is to be repaired', async (t) => {
  const wrong: [string, LayerSpec[]][] = [
    ['IPv4 header', [inside, layer('ipv4', { ...fromA.values, checksum: 0x1234 }), udp, text]],
    ['UDP', [inside, fromA, layer('udp', { ...udp.values, checksum: 0xdead }), text]],
    ['TCP', [inside, fromA, layer('tcp', { ...tcp.values, checksum: 0 }), text]],
    ['TCP over IPv6', [inside, fromA6, layer('tcp', { ...tcp.values, checksum: 0xbeef }), text]],
    ['inner UDP', [inside, fromA, innerA, layer('udp', { ...udp.values, checksum: 0xdead }), text]],
    ['ICMP', [inside, fromA, layer('icmp', { identifier: 1, sequenceNumber: 2, checksum: 0xbeef }), text]],
  ]
  const kept = wrong.map(([, stack]) => moved(stack).after)
  const repaired = wrong.map(([, stack]) => moved(stack, { checksums: 'repair' }).after)
  const rows = tshark(join(t.testdir(), 'kept.pcap'), kept, checksums)
  const better = tshark(join(t.testdir(), 'repaired.pcap'), repaired, checksums)
  for (const [index, [name]] of wrong.entries()) {
    t.match(rows[index]?.join(''), '0', `${name} is still bad`)
    t.notMatch(better[index]?.join(''), '0', `${name} is repaired`)
  }
  const header = (frame: Uint8Array) => internetChecksum(frame, 14, 34)
  const stack = wrong[0]?.[1] ?? []
  t.equal(header(moved(stack).after), header(moved(stack).before), 'the same difference')
})

t.test('a UDP datagram without a checksum stays without one', async (t) => {
  const { after } = moved([inside, fromA, layer('udp', { ...udp.values, checksum: 0 }), text])
  t.strictSame([after[40], after[41]], [0, 0])
  const repaired = moved([inside, fromA, layer('udp', { ...udp.values, checksum: 0 }), text], { checksums: 'repair' })
  t.strictSame([repaired.after[40], repaired.after[41]], [0, 0])
})

t.test('everything but addresses and checksums is as it was', async (t) => {
  const { before, after } = moved([inside, dot1q, fromA, udp, text])
  t.equal(Buffer.from(after.subarray(12, 28)).toString('hex'), Buffer.from(before.subarray(12, 28)).toString('hex'))
  t.equal(Buffer.from(after.subarray(38, 44)).toString('hex'), Buffer.from(before.subarray(38, 44)).toString('hex'))
  t.equal(Buffer.from(after.subarray(46)).toString('hex'), Buffer.from(before.subarray(46)).toString('hex'))
})

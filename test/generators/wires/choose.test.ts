import t from 'tap'
import type { Frame } from '../../../generators/conversation/conversation.ts'
import { completeStack } from '../../../generators/conversation/compose.ts'
import { encodeStack, type LayerSpec } from '../../../generators/packets/stack.ts'
import { chooseWire } from '../../../generators/wires/choose.ts'
import { first } from '../identities.ts'

const udp = (ip: Record<string, unknown> = {}): LayerSpec[] => [
  { layer: 'ipv4', values: ip },
  { layer: 'udp', values: {} },
  { layer: 'payload', values: { data: 'hello' } },
]

function frame(stack: LayerSpec[], from: 'client' | 'server' = 'client'): Frame {
  return { from, bytes: encodeStack(completeStack(stack, { identity: first, from, number: 0 })), note: 'test' }
}

t.test('plain IPv4 of both sides goes over the ip wire, odd payloads and sources included', async (t) => {
  const frames = [
    frame(udp()),
    frame(udp(), 'server'),
    frame(udp({ source: '127.0.0.1' })),
    frame(udp({ ttl: 0, flags: ['RF'] })),
    frame(udp({ options: { hex: '9e04000001010101' } })),
    frame([
      { layer: 'ipv4', values: {} },
      { layer: 'tcp', values: { dataOffset: 15, checksum: 1 } },
    ]),
  ]
  for (const one of frames) t.strictSame(chooseWire([one], first).wire, 'ip', Buffer.from(one.bytes).toString('hex'))
  t.match(chooseWire(frames, first), { wire: 'ip', reason: /unchanged/ })
})

const obstacles: [name: string, stack: LayerSpec[], reason: RegExp][] = [
  ['a wrong header checksum', udp({ checksum: 0xdead }), /checksum is wrong/],
  ['a wrong total length', udp({ totalLength: 1400 }), /total length 1400/],
  ['a header length below 20', udp({ ihl: 4 }), /header length 16/],
  ['a header length beyond the packet', [{ layer: 'ipv4', values: { ihl: 15 } }], /header length 60/],
  ['another version', udp({ version: 7 }), /not IPv4/],
  ['no identification', udp({ identification: 0 }), /identification of 0/],
  ['a fragment', udp({ fragmentOffset: 9 }), /put fragments together/],
  ['no source', udp({ source: '0.0.0.0' }), /source 0\.0\.0\.0/],
  ['a destination outside the trial', udp({ destination: '192.0.2.1' }), /no route to 192\.0\.2\.1/],
  ['bytes after the packet', udp({ trailer: 'xx' }), /total length 33, but 35 bytes/],
  [
    'a packet beyond the MTU',
    [...udp().slice(0, 2), { layer: 'payload', values: { data: { repeat: { byte: 0, count: 1473 } } } }],
    /1501 bytes/,
  ],
  ['half a header', udp({ truncate: 12 }), /too short/],
  ['ARP', [{ layer: 'arp', values: {} }], /too short|not the trial's own/],
  [
    'IPv6',
    [
      { layer: 'ipv6', values: {} },
      { layer: 'udp', values: {} },
    ],
    /not IPv4/,
  ],
  ['a VLAN tag', [{ layer: 'dot1q', values: {} }, ...udp()], /not IPv4/],
  [
    'another source MAC',
    [{ layer: 'ethernet', values: { source: '02:00:00:00:00:99' } }, ...udp()],
    /02:00:00:00:00:99 > /,
  ],
  [
    'a group MAC',
    [{ layer: 'ethernet', values: { destination: 'ff:ff:ff:ff:ff:ff' } }, ...udp()],
    /not the trial's own/,
  ],
]

for (const [name, stack, reason] of obstacles) {
  t.test(`${name} needs the frame wire`, async (t) => {
    t.match(chooseWire([frame(udp()), frame(stack)], first), { wire: 'frame', reason })
    t.match(chooseWire([frame(udp()), frame(stack)], first).reason, /^frame 2 \(test\): /)
  })
}

t.test('a frame that claims to come from the other side needs the frame wire', async (t) => {
  t.equal(chooseWire([{ ...frame(udp(), 'server'), from: 'client' }], first).wire, 'frame')
})

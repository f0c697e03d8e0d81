// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names in scenarios are written like this
import t from 'tap'
import { packets } from '../../../generators/network/packets.ts'
import { decodeStack } from '../../../generators/packets/stack.ts'
import { first } from '../identities.ts'

const { client, server } = first

function play(frames: unknown[], port?: number) {
  return packets.conversation(packets.parameters.parse({ frames, ...(port === undefined ? {} : { port }) }), first)
    .frames
}

/** Values of the named layer of a frame; the last of that name. */
function values(bytes: Uint8Array | undefined, layer: string): Record<string, unknown> {
  return decodeStack(bytes ?? new Uint8Array(0)).findLast((one) => one.layer === layer)?.values ?? {}
}

t.test('what a frame does not say comes from the trial and the direction', async (t) => {
  const layers = ['ipv4', 'udp', { payload: 'x' }]
  const [there, back] = play([
    { from: 'client', note: 'there', layers },
    { from: 'server', note: 'back', layers },
  ])
  t.match(values(there?.bytes, 'ethernet'), { source: client.mac, destination: server.mac })
  t.match(values(there?.bytes, 'ipv4'), { source: client.ipv4, destination: server.ipv4 })
  t.match(values(there?.bytes, 'udp'), { sourcePort: client.port, destinationPort: server.port })
  t.match(values(back?.bytes, 'ethernet'), { source: server.mac, destination: client.mac })
  t.match(values(back?.bytes, 'ipv4'), { source: server.ipv4, destination: client.ipv4 })
  t.match(values(back?.bytes, 'udp'), { sourcePort: server.port, destinationPort: client.port })
  t.not(values(there?.bytes, 'ipv4').identification, values(back?.bytes, 'ipv4').identification)
})

t.test('bytes of any field may be layers', async (t) => {
  const frames = [{ type: 'CRYPTO', data: { layers: ['tlsHandshake', { tlsClientHello: { version: 0x0301 } }] } }]
  const [one] = play([{ from: 'client', note: 'n', layers: ['ipv4', 'udp', { quic: { frames } }] }], 443)
  const [crypto] = values(one?.bytes, 'quic').frames as { data: Uint8Array }[]
  t.match(decodeStack(crypto?.data ?? new Uint8Array(0), 'tlsHandshake'), [
    { layer: 'tlsHandshake' },
    { layer: 'tlsClientHello', values: { version: 0x0301 } },
  ])
  t.throws(() => play([{ from: 'client', note: 'n', layers: [{ payload: [{ layers: ['tcpp'] }] }] }]), {
    message: /unknown layer "tcpp"; did you mean "tcp"/,
  })
})

t.test('what a frame says wins, and the port of the whole is the server port', async (t) => {
  const layers = [
    { ethernet: { source: '02:00:00:00:00:09' } },
    { ipv4: { source: '192.0.2.9', identification: 0 } },
    'udp',
  ]
  const [one] = play([{ from: 'client', note: 'n', layers }], 53)
  t.match(values(one?.bytes, 'ethernet'), { source: '02:00:00:00:00:09', destination: server.mac })
  t.match(values(one?.bytes, 'ipv4'), { source: '192.0.2.9', destination: server.ipv4, identification: 0 })
  t.match(values(one?.bytes, 'udp'), { destinationPort: 53 })
})

t.test(
  'client and server stand for the address or port that the field holds, and for themselves in data',
  async (t) => {
    const layers = [
      { ethernet: { source: 'server', destination: 'client' } },
      { ipv4: { source: 'server', destination: 'client' } },
      { udp: { sourcePort: 'server', destinationPort: 'client' } },
      { payload: 'client' },
    ]
    const [one] = play([{ from: 'client', note: 'n', layers }])
    t.match(values(one?.bytes, 'ethernet'), { source: server.mac, destination: client.mac })
    t.match(values(one?.bytes, 'ipv4'), { source: server.ipv4, destination: client.ipv4 })
    t.match(values(one?.bytes, 'udp'), { sourcePort: server.port, destinationPort: client.port })
    t.equal(Buffer.from(values(one?.bytes, 'payload').data as Uint8Array).toString(), 'client')
    const [arp] = play([
      { from: 'client', note: 'n', layers: [{ arp: { operation: 'reply', senderProtocolAddress: 'server' } }] },
    ])
    t.match(values(arp?.bytes, 'arp'), { senderHardwareAddress: client.mac, senderProtocolAddress: server.ipv4 })
  },
)

t.test('group addresses and ARP questions go to the MAC that belongs to them', async (t) => {
  const cases: [layers: unknown[], mac: string][] = [
    [['arp'], 'ff:ff:ff:ff:ff:ff'],
    [[{ arp: { operation: 'reply' } }], server.mac],
    [[{ ipv4: { destination: '255.255.255.255' } }], 'ff:ff:ff:ff:ff:ff'],
    [[{ ipv4: { destination: '239.129.2.3' } }], '01:00:5e:01:02:03'],
    [[{ dot1q: { vlan: 5 } }, { ipv4: { destination: '224.0.0.1' } }], '01:00:5e:00:00:01'],
    [[{ ipv6: { destination: 'ff02::1:ff00:2' } }], '33:33:ff:00:00:02'],
    [[{ ipv6: { destination: '2001:db8::1' } }], server.mac],
  ]
  for (const [layers, mac] of cases) {
    const [one] = play([{ from: 'client', note: 'n', layers }])
    t.equal(decodeStack(one?.bytes ?? new Uint8Array(0))[0]?.values.destination, mac, JSON.stringify(layers))
  }
})

t.test('an ICMP error quotes a datagram that came the other way', async (t) => {
  const layers = ['ipv4', { icmp: { type: 'destinationUnreachable', code: 3 } }, 'ipv4', 'udp']
  const [one] = play([{ from: 'server', note: 'n', layers }])
  const [outer, quoted] = decodeStack(one?.bytes ?? new Uint8Array(0)).filter(({ layer }) => layer === 'ipv4')
  t.match(outer?.values, { source: server.ipv4, destination: client.ipv4 })
  t.match(quoted?.values, { source: client.ipv4, destination: server.ipv4 })
  t.match(values(one?.bytes, 'udp'), { sourcePort: client.port, destinationPort: server.port })
})

t.test('query and answer share numbers that come from the marker', async (t) => {
  const [query, answer, ping, pong] = play(
    [
      { from: 'client', note: 'n', layers: ['ipv4', 'udp', { dns: { questions: [{ name: 'a.example' }] } }] },
      { from: 'server', note: 'n', layers: ['ipv4', 'udp', { dns: { qr: 1 } }] },
      { from: 'client', note: 'n', layers: ['ipv4', { icmp: { type: 'echoRequest' } }] },
      { from: 'server', note: 'n', layers: ['ipv4', { icmp: { type: 'echoReply' } }] },
    ],
    53,
  )
  t.ok(values(query?.bytes, 'dns').id)
  t.equal(values(query?.bytes, 'dns').id, values(answer?.bytes, 'dns').id)
  t.ok(values(ping?.bytes, 'icmp').identifier)
  t.equal(values(ping?.bytes, 'icmp').identifier, values(pong?.bytes, 'icmp').identifier)
})

t.test('repeat steps numbers, goes round lists, counts rounds and waits in between', async (t) => {
  const frames = play([
    {
      from: 'client',
      note: 'probe',
      delay: '5ms',
      layers: ['ipv4', 'udp', { payload: 'n${round}' }],
      repeat: {
        count: 4,
        interval: '250ms',
        vary: {
          'udp.destinationPort': { from: 10, step: 5 },
          'ipv4.ttl': [1, 2, 3],
          'ethernet.destination': ['server'],
        },
      },
    },
  ])
  t.strictSame(
    frames.map(({ bytes }) => values(bytes, 'udp').destinationPort),
    [10, 15, 20, 25],
  )
  t.strictSame(
    frames.map(({ bytes }) => values(bytes, 'ipv4').ttl),
    [1, 2, 3, 1],
  )
  t.strictSame(
    frames.map(({ bytes }) => Buffer.from(values(bytes, 'payload').data as Uint8Array).toString()),
    ['n1', 'n2', 'n3', 'n4'],
  )
  t.strictSame(
    frames.map(({ delay }) => delay),
    [5, 250, 250, 250],
  )
})

t.test('a flood ends at 10,000 frames', async (t) => {
  const probe = { from: 'client', note: 'n', layers: ['ipv4', 'udp'] }
  t.equal(play([{ ...probe, repeat: { count: 10_000 } }]).length, 10_000)
  t.throws(() => play([probe, { ...probe, repeat: { count: 10_000 } }]), {
    path: 'frames[1]',
    message: /more than 10000 frames/,
  })
  t.notOk(packets.parameters.safeParse({ frames: [{ ...probe, repeat: { count: 10_001 } }] }).success)
})

const wrong: [name: string, layers: unknown[], message: RegExp][] = [
  ['an unknown layer', [{ udpp: {} }], /^frames\[0\]\.layers\[0\]: unknown layer "udpp"; did you mean "udp"\?/],
  ['two layers in one place', [{ ipv4: {}, udp: {} }], /^frames\[0\]\.layers\[0\]: write one layer here/],
  ['no layer at all', [{}], /write one layer here/],
  ['an unknown field', ['ipv4', { udp: { port: 1 } }], /^frames\[0\]\.layers\[1\]\.udp: .*port/],
  ['an impossible value', [{ ipv4: { ttl: 256 } }], /^frames\[0\]\.layers\[0\]\.ipv4: .*256/],
  [
    'an unknown name',
    ['ipv4', { payload: '${markr}' }],
    /^frames\[0\]\.layers\[1\]\.payload: unknown name .*did you mean "marker"/,
  ],
]

for (const [name, layers, message] of wrong) {
  t.test(`${name} is an error that says where and what`, async (t) => {
    t.throws(() => play([{ from: 'client', note: 'n', layers }]), { name: 'GeneratorError', message })
  })
}

t.test('varying what is not there is an error that says where', async (t) => {
  const probe = (vary: Record<string, unknown>) => [
    { from: 'client', note: 'n', layers: ['ipv4', { payload: 'x' }], repeat: { count: 2, vary } },
  ]
  t.throws(() => play(probe({ 'udp.length': { from: 1 } })), {
    message: 'frames[0].repeat.vary.udp.length: this frame has no layer "udp"',
  })
  t.throws(() => play(probe({ 'payload.data.deep': { from: 1 } })), {
    message: /there is nothing called "data" to vary in "x"/,
  })
})

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names in scenarios are written like this
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Frame } from '../../../generators/conversation/conversation.ts'
import { tcp } from '../../../generators/network/tcp.ts'
import { decodeStack } from '../../../generators/packets/stack.ts'
import { conversationToPcap } from '../../../generators/wires/pcap-file.ts'
import { first } from '../identities.ts'

function play(steps: unknown[], settings: Record<string, unknown> = {}): readonly Frame[] {
  return tcp.conversation(tcp.parameters.parse({ ...settings, steps }), first).frames
}

interface Seen {
  from: string
  flags: string
  sequence: number
  acknowledgment: number
  data: string
  values: Record<string, unknown>
}

/** Segments with numbers counted from each side's first one, as people read them. */
function read(frames: readonly Frame[]): Seen[] {
  const isn: Record<string, number> = {}
  return frames.map(({ from, bytes }) => {
    const layers = decodeStack(bytes)
    const values = layers.find(({ layer }) => layer === 'tcp')?.values ?? {}
    const payload = layers.find(({ layer }) => layer === 'payload')?.values.data
    const sequence = values.sequenceNumber as number
    isn[from] ??= sequence
    const acknowledgment = values.acknowledgmentNumber as number
    const peer = isn[from === 'client' ? 'server' : 'client']
    return {
      from,
      flags: (values.flags as string[]).toSorted().join(' '),
      sequence: (sequence - (isn[from] ?? 0)) >>> 0,
      acknowledgment: acknowledgment === 0 || peer === undefined ? acknowledgment : (acknowledgment - peer) >>> 0,
      data: payload === undefined ? '' : Buffer.from(payload as Uint8Array).toString(),
      values,
    }
  })
}

const brief = (frames: readonly Frame[]) =>
  read(frames).map(({ from, flags, sequence, acknowledgment, data }) =>
    `${from} ${flags} ${sequence} ${acknowledgment} ${data}`.trim(),
  )

t.test('a session from handshake to close has the right numbers on both sides', async (t) => {
  t.strictSame(brief(play(['handshake', { client: 'hello' }, { server: 'welcome' }, 'close'])), [
    'client SYN 0 0',
    'server ACK SYN 0 1',
    'client ACK 1 1',
    'client ACK PSH 1 1 hello',
    'server ACK 1 6',
    'server ACK PSH 1 6 welcome',
    'client ACK 6 8',
    'client ACK FIN 6 8',
    'server ACK 8 7',
    'server ACK FIN 8 7',
    'client ACK 7 9',
  ])
})

t.test('data is cut at the segment size, and every second segment is acknowledged', async (t) => {
  t.strictSame(brief(play(['handshake', { client: 'abcdefghij' }], { mss: 4 })).slice(3), [
    'client ACK 1 1 abcd',
    'client ACK 5 1 efgh',
    'server ACK 1 9',
    'client ACK PSH 9 1 ij',
    'server ACK 1 11',
  ])
})

t.test('either side closes, both at once, and both may open', async (t) => {
  t.strictSame(brief(play(['handshake', { close: { from: 'server' } }])).slice(3), [
    'server ACK FIN 1 1',
    'client ACK 1 2',
    'client ACK FIN 1 2',
    'server ACK 2 2',
  ])
  t.strictSame(brief(play(['handshake', { close: { from: 'both' } }])).slice(3), [
    'client ACK FIN 1 1',
    'server ACK FIN 1 1',
    'client ACK 2 2',
    'server ACK 2 2',
  ])
  t.strictSame(brief(play(['simultaneous-open', { server: 'x' }])).slice(1), [
    'server SYN 0 0',
    'client ACK SYN 0 1',
    'server ACK SYN 0 1',
    'server ACK PSH 1 1 x',
    'client ACK 1 2',
  ])
})

t.test('a wrong number is relative to the right one and does not move the session', async (t) => {
  const steps = [
    'handshake',
    { segment: { from: 'client', flags: ['PSH', 'ACK'], sequenceOffset: 1000, data: 'forged' } },
    { ack: { from: 'client', acknowledgmentOffset: -5 } },
    { data: { from: 'client', data: 'never', counts: false, acknowledge: false } },
    { client: 'real' },
  ]
  t.strictSame(brief(play(steps)).slice(3), [
    'client ACK PSH 1001 1 forged',
    'client ACK 1 4294967292',
    'client ACK PSH 1 1 never',
    'client ACK PSH 1 1 real',
    'server ACK 1 5',
  ])
})

t.test('wrong segments fit between the steps of a close', async (t) => {
  const steps = [
    'handshake',
    { fin: { from: 'client' } },
    { fin: { from: 'client', sequenceOffset: 9 } },
    { ack: { from: 'server' } },
  ]
  t.strictSame(brief(play([...steps, { fin: { from: 'client' } }])).slice(3), [
    'client ACK FIN 1 1',
    'client ACK FIN 10 1',
    'server ACK 1 2',
    'client ACK FIN 1 1',
  ])
})

t.test('retransmissions repeat bytes, parts of them, or lay other bytes over them', async (t) => {
  const steps = [
    'handshake',
    { client: 'first' },
    { data: { from: 'client', data: 'second', acknowledge: false } },
    { retransmit: { from: 'client' } },
    { retransmit: { from: 'client', of: 1, start: 1, length: 3 } },
    { overlap: { from: 'client', of: 2, start: 2, data: 'XX', acknowledge: true } },
  ]
  t.strictSame(brief(play(steps)).slice(5), [
    'client ACK PSH 6 1 second',
    'client ACK PSH 6 1 second',
    'client ACK PSH 2 1 irs',
    'client ACK PSH 8 1 XX',
    'server ACK 1 12',
  ])
})

t.test('data on a SYN counts, and goes out again as plain data', async (t) => {
  const steps = [
    { syn: { from: 'client', data: 'early' } },
    { synAck: { from: 'server', acknowledgmentOffset: -5 } },
    { retransmit: { from: 'client', sequenceOffset: 0 } },
  ]
  t.strictSame(brief(play(steps)), ['client SYN 0 0 early', 'server ACK SYN 0 1', 'client ACK PSH 1 1 early'])
})

t.test('a reset in answer to a SYN starts at zero and acknowledges it', async (t) => {
  const [, reset] = play([{ syn: { from: 'client' } }, { reset: { from: 'server', acknowledge: true } }])
  const [syn] = read(play([{ syn: { from: 'client' } }]))
  const values = decodeStack(reset?.bytes ?? new Uint8Array(0)).find(({ layer }) => layer === 'tcp')?.values
  t.match(values, {
    sequenceNumber: 0,
    window: 0,
    acknowledgmentNumber: ((syn?.values.sequenceNumber as number) + 1) >>> 0,
  })
})

t.test('bytes that were never on the wire are acknowledged, round the end of the numbers too', async (t) => {
  const gap = { unseen: { from: 'server', bytes: 1_000_000 } }
  const seen = brief(play(['handshake', ...Array.from({ length: 4300 }, () => gap), { server: 'x' }]))
  const next = (4_300_000_001 % 2 ** 32).toString()
  t.strictSame(seen.slice(3), [`server ACK PSH ${next} 1 x`, `client ACK 1 ${Number(next) + 1}`])
})

t.test('a segment without ACK flag acknowledges nothing unless it is asked to', async (t) => {
  const bare = { segment: { from: 'client', flags: ['FIN'] } }
  const asked = { segment: { from: 'client', flags: ['FIN'], acknowledgmentOffset: 0 } }
  t.strictSame(brief(play(['handshake', bare])).slice(3), ['client FIN 1 0'])
  t.strictSame(brief(play(['handshake', asked])).slice(3), ['client FIN 1 1'])
})

t.test('a new connection has its own ports and numbers', async (t) => {
  const frames = play([
    'handshake',
    { connection: {} },
    { syn: { from: 'client' } },
    { connection: { port: 9, clientPort: 7 } },
    { syn: { from: 'client' } },
  ])
  const [, , , second, third] = read(frames).map(({ values }) => values)
  t.match(second, { sourcePort: first.client.port + 1, destinationPort: first.server.port })
  t.match(third, { sourcePort: 7, destinationPort: 9 })
  t.equal(
    new Set(
      [frames[0], frames[3], frames[4]].map(
        (frame) => read(frame === undefined ? [] : [frame])[0]?.values.sequenceNumber,
      ),
    ).size,
    3,
  )
})

t.test('what varies may stand in a list of layers', async (t) => {
  const data = { layers: ['http2', { http2: { type: 'DATA', data: 'x' } }] }
  const repeat = { count: 2, vary: { 'data.layers.1.http2.streamIdentifier': { from: 3, step: 2 } } }
  const frames = play(['handshake', { data: { from: 'client', data, repeat, acknowledge: false } }], { port: 8080 })
  t.strictSame(
    frames.slice(3).map(({ bytes }) => decodeStack(bytes).at(-1)?.values.streamIdentifier),
    [3, 5],
  )
})
t.test('a step repeats with values of its own in each round', async (t) => {
  const steps = [
    {
      syn: {
        from: 'client',
        delay: 9,
        repeat: { count: 3, interval: '20ms', vary: { 'tcp.destinationPort': { from: 22 }, sequenceOffset: [0, 7] } },
      },
    },
  ]
  const frames = play(steps)
  t.strictSame(
    read(frames).map(({ values }) => values.destinationPort),
    [22, 23, 24],
  )
  t.strictSame(
    read(frames).map(({ sequence }) => sequence),
    [0, 7, 0],
  )
  t.strictSame(
    frames.map(({ delay }) => delay),
    [9, 20, 20],
  )
})

t.test('any other frame may come in between, with the ports of the session', async (t) => {
  const layers = ['ipv4', { icmp: { type: 'destinationUnreachable', code: 1 } }, 'ipv4', 'tcp']
  const frames = play(['handshake', { frame: { from: 'server', note: 'host unreachable', layers } }], {
    port: 80,
    clientPort: 5,
  })
  const quoted = decodeStack(frames[3]?.bytes ?? new Uint8Array(0)).at(-1)
  t.match(quoted, { layer: 'tcp', values: { sourcePort: 5, destinationPort: 80 } })
})

t.test('notes say what is odd', async (t) => {
  const frames = play([
    { syn: { from: 'client' } },
    { ack: { from: 'server', sequenceOffset: -3, acknowledgmentOffset: 4, timestampOffset: 5 } },
    { segment: { from: 'client', flags: [], note: 'null probe' } },
    { segment: { from: 'client', flags: [] } },
    { segment: { from: 'client', flags: ['RST'], data: 'abc' } },
  ])
  t.strictSame(
    frames.map(({ note }) => note),
    [
      'SYN',
      'ACK, sequence number -3, acknowledgment +4, timestamp +5',
      'null probe',
      'no flags',
      'RST, 3 bytes of data',
    ],
  )
})

const wrong: [name: string, steps: unknown[], message: string | RegExp][] = [
  ['an unknown TCP field', [{ syn: { from: 'client', tcp: { prot: 1 } } }], /^steps\[0\]\.syn\.tcp: .*prot/],
  [
    'a segment that was never sent',
    ['handshake', { retransmit: { from: 'client', of: 3 } }],
    /^steps\[1\]\.retransmit\.of: the client has sent none yet/,
  ],
  ['no data to send', ['handshake', { client: '' }], 'steps[1].client: there is no data to send'],
  ['data of no known form', ['handshake', { client: { nonsense: 1 } }], /^steps\[1\]\.client\.data: .*nonsense/],
  [
    'a wrong field in a payload layer',
    ['handshake', { server: { http: { nonsense: 1 } } }],
    /^steps\[1\]\.server\.data\.http: .*nonsense/,
  ],
  [
    'too many frames',
    [{ ack: { from: 'client', repeat: { count: 10_000 } } }, 'handshake'],
    /^steps\[1\]: more than 10000 frames/,
  ],
]

for (const [name, steps, message] of wrong) {
  t.test(`${name} is an error that says where and what`, async (t) => {
    t.throws(() => play(steps), { name: 'GeneratorError', message })
  })
}

t.test('a step that does not exist is refused with the steps that do', async (t) => {
  const messages = (step: unknown) =>
    tcp.parameters
      .safeParse({ steps: [step] })
      .error?.issues.map(({ message }) => message)
      .join('\n')
  t.match(messages('handshak'), /unknown step "handshak"/)
  t.match(messages({ clint: 'x' }), /clint/)
  t.match(messages({ client: 'x', server: 'y' }), /write one of handshake, client, server/)
  t.match(messages({ segment: { from: 'client', flag: [] } }), /flag/)
})

const harmless: [name: string, settings: Record<string, unknown>, steps: unknown[]][] = [
  ['IPv4', {}, ['handshake', { client: { repeat: { byte: 65, count: 5000 } } }, { server: 'welcome' }, 'close']],
  ['IPv6', { ip: 6 }, ['handshake', { client: { repeat: { byte: 65, count: 5000 } } }, { server: 'welcome' }, 'close']],
  [
    'every option',
    { options: { sackPermitted: true, timestamps: true, windowScale: 7 } },
    [
      'handshake',
      { client: 'hello' },
      { server: { repeat: { byte: 66, count: 4000 } } },
      { close: { from: 'server' } },
    ],
  ],
  [
    'HTTP',
    { port: 80 },
    [
      'handshake',
      { client: { http: { headers: { Host: 'a.example' } } } },
      { server: { http: { status: 200, body: 'ok' } } },
      'close',
    ],
  ],
  [
    'DNS over TCP',
    { port: 53 },
    [
      'handshake',
      { client: { layers: ['dnsOverTcp', { dns: { questions: [{ name: 'a.example' }] } }] } },
      { server: { layers: ['dnsOverTcp', { dns: { qr: 1 } }] } },
      'close',
    ],
  ],
]

for (const [name, settings, steps] of harmless) {
  t.test(`tshark finds nothing wrong with a plain session: ${name}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tcp-'))
    t.teardown(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'a.pcap')
    const frames = play(steps, settings)
    writeFileSync(file, conversationToPcap({ frames }, 1000))
    const check = ['-r', file, '-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE']
    const odd =
      'tcp.analysis.flags or _ws.malformed or tcp.checksum.status == 0 or ip.checksum.status == 0 or _ws.expert.severity >= 0x00600000'
    t.equal(spawnSync('tshark', [...check, '-Y', odd], { encoding: 'utf8' }).stdout, '')
    const complete = spawnSync(
      'tshark',
      [...check, '-Y', 'tcp.completeness == 31', '-T', 'fields', '-e', 'frame.number'],
      { encoding: 'utf8' },
    )
    t.equal(complete.stdout.trim().split('\n').at(-1), String(frames.length), 'tshark sees a complete conversation')
  })
}

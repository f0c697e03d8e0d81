import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { GeneratorError } from '../../../generators/errors.ts'
import { replay } from '../../../generators/network/replay.ts'
import { tcp } from '../../../generators/network/tcp.ts'
import { decodeStack, encodeStack, type LayerSpec } from '../../../generators/packets/stack.ts'
import { FtpControl } from '../../../generators/replay/ftp-control.ts'
import { writePcap } from '../../../generators/wires/pcap-file.ts'
import { classic } from '../captures/build.ts'
import { memoryFiles } from '../captures/memory-file.ts'
import { first } from '../identities.ts'
import { layer } from '../packets/example.ts'

/** Whose addresses are shorter than the trial's on one side and longer on the other. */
const recorded = {
  marker: 'deadbeef',
  client: { mac: '02:aa:00:00:00:01', ipv4: '10.0.0.1', ipv6: '2001:db8:aaaa:bbbb::1:1', port: 5000 },
  server: { mac: '02:aa:00:00:00:02', ipv4: '203.0.113.222', ipv6: '2001:db8::2', port: 21 },
}
const [client, server] = [first.client, first.server]

/** Frames of a recorded session on port 21, from steps of the tcp generator. */
function session(steps: unknown[], more: Record<string, unknown> = {}): Uint8Array[] {
  const given = tcp.parameters.parse({ port: 21, clientPort: 5000, steps: ['handshake', ...steps], ...more })
  return Array.from(tcp.conversation(given, recorded, memoryFiles({})).frames, ({ bytes }) => bytes)
}

function play(frames: readonly Uint8Array[], options: Record<string, unknown> = {}): Uint8Array[] {
  const files = memoryFiles({ x: classic(frames.map((bytes) => ({ bytes: bytes.slice() }))) })
  const made = replay.conversation(replay.parameters.parse({ capture: 'x', map: ['ftp'], ...options }), first, files)
  const moved = Array.from(made.frames, ({ bytes }) => bytes)
  t.equal(
    made.stream?.bytes,
    moved.reduce((sum, bytes) => sum + bytes.length, 0),
    'as many bytes as were foretold',
  )
  return moved
}

/** What tshark says of frames, one row each. */
function tshark(path: string, frames: readonly Uint8Array[], fields: readonly string[]): string[] {
  writeFileSync(path, writePcap(frames.map((bytes, index) => ({ at: BigInt(index) * 1_000_000n, bytes }))))
  const checked = ['ip', 'tcp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`])
  const wanted = fields.flatMap((name) => ['-e', name])
  const options = ['-r', path, '-n', ...checked, '-T', 'fields', ...wanted, '-E', 'separator=|']
  return execFileSync('tshark', options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .replace(/\n$/, '')
    .split('\n')
}

const lines = (frames: readonly Uint8Array[]) =>
  frames
    .map(
      (bytes) =>
        Buffer.from(bytes)
          .toString('latin1')
          .match(/(PORT|EPRT|22[79]).*/)?.[0],
    )
    .filter(Boolean)

/** Commands and replies, from whom, and what they become. */
const texts: [from: 'client' | 'server', before: string, after: string, options?: Record<string, unknown>][] = [
  ['client', 'PORT 10,0,0,1,19,137', 'PORT 198,18,0,1,19,137'],
  ['client', 'port 10,0,0,1,19,137', 'port 198,18,0,1,19,137'],
  ['client', 'PORT 203,0,113,222,0,22', 'PORT 198,18,0,2,0,22'],
  ['client', 'PORT 192,0,2,9,0,22', 'PORT 192,0,2,9,0,22'],
  ['client', 'PORT 10,0,0,1,19,137', 'PORT 198,18,0,1,4,1', { ports: { 5001: 1025 } }],
  ['client', 'PORT 10,0,0,256,1,1', 'PORT 10,0,0,256,1,1'],
  ['client', 'PORT 10,0,0,1,19', 'PORT 10,0,0,1,19'],
  ['client', 'PORT 10,0,0,1,19,1379', 'PORT 10,0,0,1,19,1379'],
  ['client', 'EPRT |1|10.0.0.1|6446|', 'EPRT |1|198.18.0.1|6446|'],
  ['client', 'EPRT !2!2001:DB8:AAAA:BBBB:0::1:1!6446!', `EPRT !2!${client.ipv6}!6446!`],
  ['client', 'EPRT |2|2001:db8::2|6446|', `EPRT |2|${server.ipv6}|99|`, { ports: { 6446: 99 } }],
  ['client', 'EPRT |1|10.0.0.1|65536|', 'EPRT |1|10.0.0.1|65536|'],
  ['client', 'STOR PORT 10,0,0,1,1,1', 'STOR PORT 10,0,0,1,1,1'],
  ['server', '227 Entering Passive Mode (203,0,113,222,117,48).', '227 Entering Passive Mode (198,18,0,2,117,48).'],
  ['server', '227 =203,0,113,222,117,48', '227 =198,18,0,2,117,48'],
  ['server', '229 Entering (|||30000|)', '229 Entering (|||30000|)'],
  ['server', '229 Entering (|||30000|)', '229 Entering (|||4|)', { ports: { 30000: 4 } }],
  ['server', '229 Entering (|1|203.0.113.222|30000|)', '229 Entering (|1|198.18.0.2|30000|)'],
  ['server', '200 PORT 10,0,0,1,1,1', '200 PORT 10,0,0,1,1,1'],
]

const both = (steps: unknown[]) => [
  ...session(steps),
  ...session([{ client: 'NOOP\r\n' }], { ip: 6, clientPort: 5001 }),
]

for (const [from, before, after, options] of texts) {
  t.test(`${from}: ${before} becomes ${after} ${JSON.stringify(options ?? '')}`, async (t) => {
    const frames = play(both([{ [from]: `${before}\r\n` }]), options)
    const found = Buffer.from(frames[3] ?? []).toString('latin1', 54)
    t.equal(found, `${after}\r\n`)
  })
}

const flagged = [
  'tcp.analysis.flags',
  'tcp.analysis.retransmission',
  'tcp.analysis.spurious_retransmission',
  'tcp.analysis.duplicate_ack',
  'tcp.analysis.lost_segment',
  'tcp.analysis.ack_lost_segment',
  'tcp.analysis.out_of_order',
]
const sums = ['ip.checksum.status', 'tcp.checksum.status', '_ws.malformed']

/** A whole session that names addresses four times in each direction, with retransmissions. */
const whole = (address: (side: 'client' | 'server', port: number) => string, passive: (port: number) => string) => [
  { server: '220 ready\r\n' },
  { client: 'USER deadbeef\r\n' },
  ...[1, 2, 3, 4].flatMap((round) => [
    { client: `${address('client', 6000 + round)}\r\n` },
    { retransmit: { from: 'client' } },
    { server: '200 ok\r\n' },
    { client: 'PASV\r\n' },
    { data: { from: 'server', data: `${passive(7000 + round)}\r\n`, acknowledge: false } },
    { retransmit: { from: 'server' } },
    { client: `RETR ${round}.txt\r\nPWD\r\n` },
    { server: '150 here\r\n257 "/"\r\n226 done\r\n' },
    { retransmit: { from: 'server', start: 10 } },
  ]),
  { client: 'QUIT\r\n' },
  { server: '221 bye\r\n' },
  'close',
]
const comma = (ipv4: string, port: number) => `${ipv4.replaceAll('.', ',')},${port >> 8},${port & 255}`
const sessions: [name: string, frames: Uint8Array[], named: string[]][] = [
  [
    'IPv4',
    session(
      whole(
        (side, port) => `PORT ${comma(recorded[side].ipv4, port)}`,
        (port) => `227 Entering Passive Mode (${comma(recorded.server.ipv4, port)})`,
      ),
      { options: { timestamps: true, sackPermitted: true } },
    ),
    ['ftp.active.cip', 'ftp.passive.ip'],
  ],
  [
    'IPv6',
    session(
      whole(
        (side, port) => `EPRT |2|${recorded[side].ipv6}|${port}|`,
        (port) => `229 Entering (|||${port}|)`,
      ),
      { ip: 6 },
    ),
    ['ftp.eprt.ipv6', 'ftp.epsv.ip'],
  ],
]

for (const [name, frames, named] of sessions) {
  t.test(`${name}: tshark finds no fault in the moved session that was not in the recorded one`, async (t) => {
    const folder = t.testdir()
    const moved = play(frames)
    t.not(moved.map(({ length }) => length).join(), frames.map(({ length }) => length).join(), 'lengths differ')
    const before = tshark(join(folder, 'recorded.pcap'), frames, flagged)
    const rows = tshark(join(folder, 'moved.pcap'), moved, [...flagged, ...sums, ...named]).map((row) => row.split('|'))
    const columns = (from: number, to?: number) => rows.map((row) => row.slice(from, to).join('|'))
    t.strictSame(columns(0, flagged.length), before)
    t.ok(
      before.some((row) => row.includes('1')),
      'it has seen the retransmissions',
    )
    for (const row of columns(flagged.length, flagged.length + sums.length)) t.match(row, /^1?\|1\|$/)
    const told = columns(flagged.length + sums.length).join()
    const own = name === 'IPv4' ? client.ipv4 : client.ipv6
    t.equal(told.split(own).length, 5, 'the address of all four is the new one; tshark reads each once')
    t.notMatch(told, /10\.0\.0|2001/)
    if (name === 'IPv4') t.equal(told.split(server.ipv4).length, 5)
  })
}

t.test('ports of data connections are those that were told before', async (t) => {
  const control = session([
    { client: `PORT ${comma(recorded.client.ipv4, 5001)}\r\n` },
    { client: `PORT ${comma(recorded.client.ipv4, 5002)}\r\n` },
    { server: '200 ok\r\n' },
  ])
  const data = (port: number) =>
    encodeStack([
      layer('ethernet', { source: recorded.server.mac, destination: recorded.client.mac }),
      layer('ipv4', { source: recorded.server.ipv4, destination: recorded.client.ipv4 }),
      layer('tcp', { sourcePort: 20, destinationPort: port, flags: ['SYN'] }),
    ])
  const files = memoryFiles({ x: classic([...control, data(5002)].map((bytes) => ({ bytes }))) })
  const given = replay.parameters.parse({ capture: 'x', map: ['ftp'], clientPorts: 'trial' })
  const made = replay.conversation(given, first, files)
  const frames = Array.from(made.frames, ({ bytes }) => bytes)
  t.strictSame(
    lines(frames),
    [1, 2].map((more) => `PORT ${comma(client.ipv4, client.port + more)}`),
  )
  const port = (bytes: Uint8Array | undefined) => decodeStack(bytes ?? new Uint8Array(0))[2]?.values.destinationPort
  t.equal(port(frames.at(-1)), client.port + 2)
  t.equal(port(made.stream?.heads.at(-1)), client.port + 2, 'what is known of the flow beforehand says so too')
})

t.test('acknowledgements inside of a text, SACK blocks and sequence numbers that wrap are moved', async (t) => {
  const isn = 0xffff_fff4
  const segment = (from: 'client' | 'server', values: Record<string, unknown>, data = ''): Uint8Array => {
    const [own, other] = from === 'client' ? [recorded.client, recorded.server] : [recorded.server, recorded.client]
    const rest: LayerSpec[] = data === '' ? [] : [layer('payload', { data })]
    const numbers = Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number' ? value >>> 0 : value,
    ])
    const ports = { sourcePort: from === 'client' ? 5000 : 21, destinationPort: from === 'client' ? 21 : 5000 }
    return encodeStack([
      layer('ethernet', { source: own.mac, destination: other.mac }),
      layer('ipv4', { source: own.ipv4, destination: other.ipv4 }),
      layer('tcp', { ...ports, flags: ['ACK'], ...Object.fromEntries(numbers) }),
      ...rest,
    ])
  }
  const command = `PORT ${comma(recorded.client.ipv4, 5001)}\r\n`
  const next = (isn + 1 + command.length) >>> 0
  const sack = (left: number, right: number) => ['nop', 'nop', { type: 'sack', blocks: [{ left, right }] }]
  const frames = play([
    segment('client', { flags: ['SYN'], sequenceNumber: isn }),
    segment('client', { sequenceNumber: isn + 1, acknowledgmentNumber: 77 }, command),
    segment('client', { sequenceNumber: next, acknowledgmentNumber: 77 }, 'NOOP\r\n'),
    segment('server', { sequenceNumber: 77, acknowledgmentNumber: isn + 1, options: sack(next, next + 6) }),
    segment('server', { sequenceNumber: 77, acknowledgmentNumber: isn + 15 }),
    segment('server', { sequenceNumber: 77, acknowledgmentNumber: next + 6 }),
    segment('client', { flags: ['RST'], sequenceNumber: next + 6 }),
    segment('client', { flags: ['SYN'], sequenceNumber: isn + 1000 }),
    segment('client', { sequenceNumber: isn + 1001, acknowledgmentNumber: 78 }, 'NOOP\r\n'),
  ])
  const longer = client.ipv4.length - recorded.client.ipv4.length
  const rows = tshark(join(t.testdir(), 'x.pcap'), frames, [
    'tcp.seq_raw',
    'tcp.ack_raw',
    'tcp.options.sack_le',
    'tcp.options.sack_re',
    'tcp.len',
  ])
  const from = (more: number) => (isn + more) >>> 0
  const all = 1 + command.length + longer
  t.strictSame(rows, [
    `${isn}|0|||0`,
    `${from(1)}|77|||${all - 1}`,
    `${from(all)}|77|||6`,
    `77|${from(1)}|${all}|${all + 6}|0`,
    `77|${from(15)}|||0`,
    `77|${from(all + 6)}|||0`,
    `${from(all + 6)}|0|||0`,
    `${from(1000)}|0|||0`,
    `${from(1001)}|78|||6`,
  ])
})

t.test('padding of short frames stays padding, and a wrong checksum as wrong as it was', async (t) => {
  const frames = session([{ client: 'PORT 203,0,113,222,0,22\r\n' }])
  const ack = Buffer.concat([frames[4] as Uint8Array, Buffer.alloc(6)])
  const wrong = Uint8Array.from(frames[3] as Uint8Array)
  wrong[50] = (wrong[50] as number) ^ 0xff
  const moved = play([...frames.slice(0, 3), wrong, ack])
  t.equal(moved[4]?.length, 60)
  const right = play(frames)[3] as Uint8Array
  t.equal(moved[3]?.length, right.length)
  const sum = (frame: Uint8Array) => new DataView(frame.buffer, frame.byteOffset).getUint16(50)
  const differs = (one: Uint8Array, other: Uint8Array) => (sum(one) - sum(other) + 0xffff) % 0xffff
  t.equal(differs(moved[3] as Uint8Array, right), differs(wrong, frames[3] as Uint8Array))
})

const long = 'x'.repeat(1439)
const refusals: [name: string, steps: unknown[], message: RegExp][] = [
  ['an end', [{ client: 'PO' }, { client: 'RT 10,0,0,1,1,1\r\n' }], /packet 6 has only the end of one/],
  ['a beginning', [{ client: 'PORT 10,0,' }], /packet 4 has only the beginning of one/],
  ['a reply', [{ server: '150 x\r\n227 Entering' }], /packet 4 has only the beginning of one/],
  [
    'a part again',
    [{ client: 'PORT 10,0,0,1,1,1\r\nPWD\r\n' }, { retransmit: { from: 'client', start: 8 } }],
    /packet 6 repeats only a part of one/,
  ],
  [
    'what came too late',
    [
      { data: { from: 'client', data: 'NOOP\r\n', sequenceOffset: 19, acknowledge: false } },
      { data: { from: 'client', data: 'PORT 10,0,0,1,1,1\r\n', acknowledge: false } },
    ],
    /packet 5 comes later than others that follow it/,
  ],
  [
    'what no wire carries',
    [{ client: `PORT 10,0,0,1,1,1\r\n${long}\r\n` }],
    /packet 4 would have 1\d+ bytes, which no wire/,
  ],
]

for (const [name, steps, message] of refusals) {
  t.test(`refused: ${name}`, async (t) => {
    t.throws(() => play(session(steps)), { name: 'GeneratorError', path: 'map', message })
  })
}

t.test('commands that are typed letter by letter, and other ports, stay as they are', async (t) => {
  const typed = session(['P', 'A', 'S', 'V'].map((data) => ({ client: data })).concat({ client: '\r\n' }))
  t.equal(play(typed).length, typed.length)
  const elsewhere = session([{ client: 'PORT 10,0,0,1,1,1\r\n' }], { port: 2121 })
  t.strictSame(lines(play(elsewhere)), ['PORT 10,0,0,1,1,1'])
})

t.test(
  'of each connection only the last edits are kept, and of all that ended none but the last few thousand',
  async (t) => {
    const commands = Array.from({ length: 200 }, () => ({ client: 'PORT 10,0,0,1,1,1\r\n' }))
    const frames = play(session([...commands, { server: '200 ok\r\n' }]))
    const acknowledged = Buffer.from(frames.at(-2) ?? []).readUInt32BE(42)
    const begun = Buffer.from(frames[0] ?? []).readUInt32BE(38)
    t.equal((acknowledged - begun) >>> 0, 1 + 200 * 'PORT 198,18,0,1,1,1\r\n'.length)

    const control = new FtpControl((_, port) => ({ address: '198.18.0.1', port }))
    const [syn, , , command, , fin] = session([{ client: 'PORT 10,0,0,1,1,1\r\n' }, { reset: { from: 'client' } }])
    const of = (frame: Uint8Array | undefined, port: number) => {
      const own = Uint8Array.from(frame ?? [])
      own.set([port >> 8, port & 255], 34)
      return own
    }
    for (let port = 1024; port < 11_024; port++)
      for (const frame of [syn, command, fin]) control.rewrite(of(frame, port), 1)
    for (let port = 20_000; port < 24_096; port++) control.rewrite(of(syn, port), 1)
    t.throws(() => control.rewrite(of(syn, 25_000), 1), /more than 4096 control connections at a time/)
  },
)

t.test('sessions with random bytes in them are moved to as many bytes as foretold, or a GeneratorError', async () => {
  const file = classic((sessions[0]?.[1] ?? []).map((bytes) => ({ bytes })))
  const changes = fc.array(fc.tuple(fc.nat(file.length - 25), fc.nat(255)), { maxLength: 12 })
  fc.assert(
    fc.property(changes, (changes) => {
      const bytes = Buffer.from(file)
      for (const [at, value] of changes) bytes[24 + at] = value
      try {
        const given = replay.parameters.parse({ capture: 'x', map: ['ftp'], others: 'map' })
        const made = replay.conversation(given, first, memoryFiles({ x: bytes }))
        let sum = 0
        for (const frame of made.frames) sum += frame.bytes.length
        return sum === made.stream?.bytes
      } catch (error) {
        return error instanceof GeneratorError
      }
    }),
    { numRuns: 500 },
  )
})

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { encodeStack } from '../../../generators/packets/stack.ts'
import { eth, ip4, layer } from './example.ts'
import { examples } from './examples.ts'

const checksums = ['ip', 'tcp', 'udp', 'icmp', 'icmpv6', 'igmp', 'sctp'].map((name) => `${name}.checksum.status`)
const noteworthy = 0x600000
const good = '1'
const unverified = '2'
const notPresent = '3'
const illegalNone = '4'

interface Row {
  severities: number[]
  messages: string
  statuses: string[]
}

t.test('every correct example is correct to tshark', async (t) => {
  const rows = dissect(
    examples.map(({ stack }) => encodeStack(stack)),
    join(t.testdir(), 'examples.pcap'),
  )
  t.equal(rows.length, examples.length)
  for (const [index, { name }] of examples.entries()) {
    const row = rows[index]
    // What tshark has no keys for, it cannot judge.
    const unjudged = row?.messages.match(/Secrets are not available/g)?.length ?? 0
    t.equal(row?.severities.filter((severity) => severity >= noteworthy).length, unjudged, `${name}: ${row?.messages}`)
    t.same(
      row?.statuses.filter((status) => ![good, unverified, notPresent, illegalNone].includes(status)),
      [],
      name,
    )
  }
  t.ok(rows.flatMap(({ statuses }) => statuses).filter((status) => status === good).length > examples.length)
})

t.test('tshark does object to what is wrong', async (t) => {
  const wrong = [
    [eth, layer('ipv4', { ...ip4.values, checksum: 0xdead }), layer('udp')],
    [eth, ip4, layer('tcp', { flags: ['ACK'], checksum: 0xdead })],
    [eth, ip4, layer('udp', { checksum: 0xdead })],
    [eth, layer('ipv4', { ...ip4.values, totalLength: 16 }), layer('udp')],
    [eth, ip4, layer('udp', { truncate: 6 })],
    [eth, ip4, layer('sctp', { checksum: 0xdead })],
  ]
  const rows = dissect(wrong.map(encodeStack), join(t.testdir(), 'wrong.pcap'))
  for (const [index, row] of rows.entries())
    t.ok(
      row.severities.some((severity) => severity >= noteworthy),
      `${index}: ${row.messages}`,
    )
})

function dissect(frames: Uint8Array[], path: string): Row[] {
  writeFileSync(path, pcap(frames))
  const fields = ['_ws.expert.severity', '_ws.expert.message', ...checksums]
  const preferences = ['ip', 'tcp', 'udp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`])
  preferences.push('-o', 'sctp.checksum:CRC 32c')
  const output = execFileSync(
    'tshark',
    ['-r', path, '-n', ...preferences, '-T', 'fields', ...fields.flatMap((name) => ['-e', name]), '-E', 'separator=/t'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
  return output
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const [severities = '', messages = '', ...statuses] = line.split('\t')
      return {
        severities: list(severities).map(Number),
        messages,
        statuses: statuses.flatMap(list),
      }
    })
}

function list(text: string): string[] {
  return text === '' ? [] : text.split(',')
}

function pcap(frames: Uint8Array[]): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(262144, 16)
  header.writeUInt32LE(1, 20)
  const records = frames.flatMap((frame, index) => {
    const record = Buffer.alloc(16)
    record.writeUInt32LE(1_700_000_000 + index, 0)
    record.writeUInt32LE(frame.length, 8)
    record.writeUInt32LE(frame.length, 12)
    return [record, frame]
  })
  return Buffer.concat([header, ...records])
}

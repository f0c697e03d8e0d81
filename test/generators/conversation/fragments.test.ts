// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names in scenarios are written like this
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { packets } from '../../../generators/network/packets.ts'
import { decodeStack } from '../../../generators/packets/stack.ts'
import { conversationToPcap } from '../../../generators/wires/pcap-file.ts'
import { first } from '../identities.ts'

function play(ip: unknown[], fragments: unknown[]) {
  const layers = [...ip, 'udp', { payload: { repeat: { text: 'abcdefgh', count: 8 } } }]
  const frames = [{ from: 'client', note: 'datagram', layers, fragments }]
  return packets.conversation(packets.parameters.parse({ frames }), first)
}

function layer(bytes: Uint8Array, name: string): Record<string, unknown> {
  return decodeStack(bytes).find((one) => one.layer === name)?.values ?? {}
}

t.test('IPv4 pieces carry protocol, identification, offsets and the flag for more', async (t) => {
  const { frames } = play(
    ['ipv4'],
    [
      { offset: 0, length: 24 },
      { offset: 24, length: 24, note: 'middle' },
      { offset: 48, delay: 20 },
    ],
  )
  const headers = frames.map(({ bytes }) => layer(bytes, 'ipv4'))
  t.strictSame(
    headers.map(({ protocol }) => protocol),
    [17, 17, 17],
  )
  t.strictSame(
    headers.map(({ fragmentOffset }) => fragmentOffset),
    [0, 3, 6],
  )
  t.strictSame(
    headers.map(({ flags }) => flags),
    [['MF'], ['MF'], []],
  )
  t.equal(new Set(headers.map(({ identification }) => identification)).size, 1)
  t.strictSame(
    frames.map(({ note }) => note),
    ['datagram, piece 1', 'datagram, middle', 'datagram, piece 3'],
  )
  t.strictSame(
    frames.map(({ delay }) => delay),
    [undefined, undefined, 20],
  )
  const joined = Buffer.concat(frames.map(({ bytes }) => bytes.subarray(34)))
  t.equal(joined.length, 72)
  t.equal(joined.subarray(8).toString(), 'abcdefgh'.repeat(8))
})

t.test('a piece may have bytes, flags and fields of its own', async (t) => {
  const { frames } = play(
    ['ipv4'],
    [
      { offset: 0, length: 32, more: false },
      { offset: 24, data: 'X${marker}', set: { flags: ['DF', 'MF'], ttl: 3 } },
    ],
  )
  const [one, two] = frames.map(({ bytes }) => bytes)
  t.match(layer(one ?? new Uint8Array(0), 'ipv4'), { flags: [] })
  t.match(layer(two ?? new Uint8Array(0), 'ipv4'), { flags: ['DF', 'MF'], ttl: 3, fragmentOffset: 3 })
  t.equal(Buffer.from(two?.subarray(34) ?? []).toString(), `X${first.marker}`)
})

t.test('IPv6 pieces stand behind the headers that every router reads', async (t) => {
  const hop = { hopByHopOptions: { options: [{ type: 'routerAlert', value: 0 }] } }
  const { frames } = play(
    ['ipv6', hop],
    [
      { offset: 0, length: 24 },
      { offset: 24, set: { reserved: 7 } },
    ],
  )
  for (const [index, { bytes }] of frames.entries()) {
    const names = decodeStack(bytes).map((one) => one.layer)
    t.strictSame(names.slice(0, 4), ['ethernet', 'ipv6', 'hopByHopOptions', 'fragment'])
    t.match(layer(bytes, 'fragment'), { nextHeader: 17, fragmentOffset: index * 3, flags: index === 0 ? ['M'] : [] })
  }
  t.match(layer(frames[1]?.bytes ?? new Uint8Array(0), 'fragment'), { reserved: 7 })
})

t.test('what cannot be cut is an error that says where', async (t) => {
  t.throws(() => play(['ipv4'], [{ offset: 4 }]), { message: 'frames[0].fragments[0].offset: 4 is no multiple of 8' })
  const arp = { frames: [{ from: 'client', note: 'n', layers: ['arp'], fragments: [{ offset: 0 }] }] }
  t.throws(() => packets.conversation(packets.parameters.parse(arp), first), {
    message: /only a frame with an ipv4 or ipv6 layer/,
  })
})

for (const ip of ['ipv4', 'ipv6']) {
  t.test(`tshark puts ${ip} pieces together again, in any order`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'fragments-'))
    t.teardown(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'a.pcap')
    writeFileSync(
      file,
      conversationToPcap(play([ip], [{ offset: 48 }, { offset: 0, length: 24 }, { offset: 24, length: 24 }]), 1000),
    )
    const fields = ['-T', 'fields', '-e', 'udp.length', '-e', 'udp.checksum.status', '-e', 'data.data']
    const { stdout } = spawnSync('tshark', ['-r', file, '-o', 'udp.check_checksum:TRUE', '-Y', 'udp', ...fields], {
      encoding: 'utf8',
    })
    t.equal(stdout.trim(), `72\t1\t${Buffer.from('abcdefgh'.repeat(8)).toString('hex')}`)
  })
}

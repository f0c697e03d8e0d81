// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names in scenarios are written like this
import fc from 'fast-check'
import t from 'tap'
import type { Frame } from '../../../generators/conversation/conversation.ts'
import { waitBefore } from '../../../generators/conversation/repeat.ts'
import type { Identity } from '../../../generators/identity.ts'
import { packets } from '../../../generators/network/packets.ts'
import { tcp } from '../../../generators/network/tcp.ts'
import { decodeStack } from '../../../generators/packets/stack.ts'
import { first, second } from '../identities.ts'

const playFrames = (frames: unknown[], identity: Identity = first) =>
  packets.conversation(packets.parameters.parse({ frames }), identity).frames
const playSteps = (steps: unknown[], identity: Identity = first) =>
  tcp.conversation(tcp.parameters.parse({ steps, port: 8080 }), identity).frames

/** `client 40001>8080 SYN hello +50`: who, ports, flags, data, delay. */
function brief({ from, bytes, delay }: Frame): string {
  const layers = decodeStack(bytes)
  const values = layers.find(({ layer }) => layer === 'tcp' || layer === 'udp')?.values ?? {}
  const data = layers.find(({ layer }) => layer === 'payload')?.values.data
  const flags = ((values.flags as string[] | undefined) ?? []).toSorted().join(' ')
  const text = data === undefined ? '' : Buffer.from(data as Uint8Array).toString()
  const wait = delay === undefined ? '' : `+${delay}`
  return [from, `${String(values.sourcePort)}>${String(values.destinationPort)}`, flags, text, wait]
    .filter(Boolean)
    .join(' ')
}

t.test('frames of a round come together, again and again, with the number of the round in them', async (t) => {
  const udp = (from: string, text: string) => ({ from, note: text, layers: ['ipv4', 'udp', { payload: text }] })
  const frames = [
    { rounds: { count: 3, interval: 50, frames: [udp('client', 'ask ${round}'), udp('server', 'say ${round}')] } },
    udp('client', 'end ${round}'),
  ]
  t.strictSame(playFrames(frames).map(brief), [
    'client 40001>8000 ask 1',
    'server 8000>40001 say 1',
    'client 40001>8000 ask 2 +50',
    'server 8000>40001 say 2',
    'client 40001>8000 ask 3 +50',
    'server 8000>40001 say 3',
    'client 40001>8000 end 1',
  ])
  const ids = playFrames(frames).map(({ bytes }) => decodeStack(bytes)[1]?.values.identification)
  t.equal(new Set(ids).size, ids.length, 'each packet has its own identification')
})

t.test('each round of steps is a connection of its own', async (t) => {
  const steps = [
    { rounds: { count: 2, interval: 30, port: { from: 21, step: 1 }, steps: ['handshake', { client: 'n${round}' }] } },
  ]
  t.strictSame(playSteps(steps).map(brief), [
    'client 40001>21 SYN',
    'server 21>40001 ACK SYN',
    'client 40001>21 ACK',
    'client 40001>21 ACK PSH n1',
    'server 21>40001 ACK',
    'client 40002>22 SYN +30',
    'server 22>40002 ACK SYN',
    'client 40002>22 ACK',
    'client 40002>22 ACK PSH n2',
    'server 22>40002 ACK',
  ])
  t.strictSame(
    playSteps([{ syn: { from: 'client' } }, { rounds: { count: 2, steps: [{ syn: { from: 'client' } }] } }]).map(brief),
    ['client 40001>8080 SYN', 'client 40002>8080 SYN', 'client 40003>8080 SYN'],
    'also after other steps',
  )
})

t.test('jitter keeps to its share of the interval, and one trial always has the same', async (t) => {
  const wait = fc.record({ interval: fc.nat(60_000), jitter: fc.double({ min: 0, max: 1, noNaN: true }) })
  fc.assert(
    fc.property(wait, fc.nat(10_000), fc.stringMatching(/^[0-9a-f]{8}$/), (pace, index, marker) => {
      const ms = waitBefore(pace, index, marker)
      const { interval, jitter } = pace
      if (index === 0) return ms === 0
      return ms === waitBefore(pace, index, marker) && Math.abs(ms - interval) <= interval * jitter + 0.5
    }),
  )
  const many = (jitter: number, marker = 'a') =>
    Array.from({ length: 50 }, (_, index) => waitBefore({ interval: 1000, jitter }, index + 1, marker))
  t.same(new Set(many(0)), new Set([1000]))
  t.ok(new Set(many(0.3)).size > 25, 'they differ')
  t.ok(many(0.3).some((ms) => ms < 900) && many(0.3).some((ms) => ms > 1100), 'both ways')
  t.notSame(many(0.3, 'a'), many(0.3, 'b'), 'another marker, other times')
})

t.test('jitter is in repeated frames, repeated steps, and rounds of both', async (t) => {
  const pace = { count: 20, interval: 100, jitter: 0.5 }
  const frame = { from: 'client', note: 'x', layers: ['ipv4', 'udp'] }
  const step = { ack: { from: 'client' } }
  const plays: [string, (identity: Identity) => readonly Frame[]][] = [
    ['frames', (identity) => playFrames([{ ...frame, repeat: pace }], identity)],
    ['rounds of frames', (identity) => playFrames([{ rounds: { ...pace, frames: [frame] } }], identity)],
    ['steps', (identity) => playSteps([{ ack: { from: 'client', repeat: pace } }], identity)],
    ['rounds of steps', (identity) => playSteps([{ rounds: { ...pace, steps: [step] } }], identity)],
  ]
  const delays = (frames: readonly Frame[]) => frames.map(({ delay }) => delay)
  for (const [name, play] of plays) {
    const [begin, ...waits] = delays(play(first))
    t.equal(begin, undefined, name)
    t.ok(waits.every((ms) => ms !== undefined && ms >= 50 && ms <= 150) && new Set(waits).size > 5, name)
    t.same(delays(play(first)).slice(1), waits, name)
    t.notSame(delays(play(second)).slice(1), waits, name)
  }
})

t.test('what is wrong in a round is told with its place', async (t) => {
  const messages = (schema: typeof packets.parameters | typeof tcp.parameters, given: unknown) =>
    schema
      .safeParse(given)
      .error?.issues.map(({ path, message }) => [...path, message].join('.'))
      .join() ?? 'no error'
  const frame = { from: 'client', note: 'x', layers: ['udp'] }
  t.match(messages(packets.parameters, { frames: [{ rounds: { count: 0, frames: [frame] } }] }), /rounds\.count/)
  t.match(messages(packets.parameters, { frames: [{ rounds: { count: 2, frame: [] } }] }), /rounds/)
  t.match(messages(packets.parameters, { frames: [{ ...frame, from: 'nobody' }] }), /from(\.|: )/)
  t.match(messages(packets.parameters, { frames: [{ ...frame, repeat: { count: 2, jitter: 2 } }] }), /repeat\.jitter/)
  t.match(messages(tcp.parameters, { steps: [{ rounds: { count: 2, steps: ['nap'] } }] }), /unknown step "nap"/)
  t.match(messages(tcp.parameters, { steps: [{ rounds: { count: 2, steps: [{ rounds: {} }] } }] }), /rounds/)
  t.throws(() => playFrames([{ rounds: { count: 10_000, frames: [frame, frame] } }]), /more than 10000 frames/)
  t.throws(
    () => playFrames([{ rounds: { count: 2, frames: [{ ...frame, layers: ['udq'] }] } }]),
    /frames\[0\]\.rounds\.frames\[0\]\.layers\[0\]: unknown layer "udq"/,
  )
})

import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { batches } from '../../../generators/conversation/batches.ts'
import type { Conversation, Frame, Side } from '../../../generators/conversation/conversation.ts'
import { type PackedFrames, unpack } from '../../../generators/conversation/packed-frames.ts'
import type { Actor } from '../../../harness/sandbox/actor.ts'
import { playStream } from '../../../harness/stimulus/play-stream.ts'

const frame = (from: Side, first: number, more: Partial<Frame> = {}): Frame => ({
  from,
  bytes: Uint8Array.of(first, 0, 0, 0),
  note: '',
  ...more,
})

/** Two actors that answer some turns of the event loop later and write down what they were given and when they answered. */
function actorsOf(log: string[], refuses: (first: number) => boolean = () => false): Record<Side, Actor> {
  let clock = 0
  const actor = (side: Side): Actor => ({
    side,
    containerId: side,
    send: () => Promise.reject(new Error('a stream is sent packed')),
    async sendPacked(_wire, frames) {
      const firsts = unpack(frames).map((bytes) => bytes[0] as number)
      log.push(`${side} gets ${firsts.join(' ')}`)
      for (let turns = 0; turns < 3; turns++) await turn()
      log.push(`${side} has sent ${firsts.join(' ')}`)
      const refused = firsts.flatMap((first, index) => (refuses(first) ? [{ index, error: 'EMSGSIZE' }] : []))
      return { firstAt: ++clock, lastAt: ++clock, refused }
    },
  })
  return { client: actor('client'), server: actor('server') }
}

const never = new AbortController().signal
const quiet = { before: () => {} }
const conversation = (...frames: Frame[]): Conversation => ({ frames })

t.test('a side sends only when the frames of the other before its own have been sent', async (t) => {
  const log: string[] = []
  const frames = [frame('client', 1), frame('client', 2), frame('server', 3), frame('client', 4)]
  const played = await playStream(conversation(...frames), 'frame', actorsOf(log), quiet, never)
  t.strictSame(log, [
    'client gets 1 2',
    'client has sent 1 2',
    'server gets 3',
    'server has sent 3',
    'client gets 4',
    'client has sent 4',
  ])
  t.strictSame(played, { firstAt: 1, lastAt: 6, refused: [] })
})

t.test('frames of one side go in batches of a bounded size, a few of them ahead of the answers', async (t) => {
  const large = Array.from({ length: 2400 }, (_, index) =>
    frame('client', index & 255, { bytes: new Uint8Array(1500) }),
  )
  const sizes = Array.from(batches(large), ({ start, frames }) => [start, frames.lengths.length])
  t.strictSame(sizes.slice(0, 2), [
    [0, 1310],
    [1310, 1090],
  ])
  t.strictSame(
    Array.from(
      batches(Array.from({ length: 10_000 }, () => frame('client', 1))),
      ({ frames }) => frames.lengths.length,
    ),
    [8192, 1808],
  )
  let [underWay, most] = [0, 0]
  const actors = actorsOf([])
  const counted: Actor = {
    ...actors.client,
    async sendPacked(wire, frames) {
      most = Math.max(most, ++underWay)
      const sent = await actors.client.sendPacked(wire, frames)
      underWay -= 1
      return sent
    },
  }
  const longer = Array.from({ length: 20 }, () => large).flat()
  await playStream({ frames: longer }, 'frame', { client: counted, server: counted }, quiet, never)
  t.equal(most, 3)
})

t.test('frames are made no faster than they are sent', async (t) => {
  let made = 0
  function* endless(): Generator<Frame> {
    for (;;) yield frame('client', ++made & 255)
  }
  const stop = new AbortController()
  const actors = actorsOf([])
  let sent = 0
  const before = () => {
    sent += 1
    if (sent === 10) stop.abort(new Error('enough'))
  }
  await t.rejects(playStream({ frames: endless() }, 'frame', actors, { before }, stop.signal), { message: 'enough' })
  t.ok(made <= 12 * 8192, `${made} frames made for 10 batches of 8192`)
})

t.test('what is to happen before a batch happens before it', async (t) => {
  const log: string[] = []
  const before = async ({ lengths }: PackedFrames) => {
    await turn()
    log.push(`expects ${lengths.length}`)
  }
  await playStream(conversation(frame('client', 1), frame('server', 2)), 'frame', actorsOf(log), { before }, never)
  t.strictSame(
    log.filter((line) => !line.includes('has sent')),
    ['expects 1', 'client gets 1', 'expects 1', 'server gets 2'],
  )
})

t.test('refused frames are told by their place in the conversation', async (t) => {
  const frames = [frame('client', 1), frame('server', 255), frame('client', 3), frame('client', 255)]
  const { refused } = await playStream(
    conversation(...frames),
    'frame',
    actorsOf([], (first) => first === 255),
    quiet,
    never,
  )
  t.strictSame(refused, [
    { frame: 1, error: 'EMSGSIZE' },
    { frame: 3, error: 'EMSGSIZE' },
  ])
})

t.test('delays are counted from the beginning, so that sending does not add to them', async (t) => {
  const frames = Array.from({ length: 10 }, (_, index) => frame('client', index, { delay: index === 0 ? 0 : 20 }))
  const busy = (milliseconds: number) => {
    const until = performance.now() + milliseconds
    while (performance.now() < until);
  }
  const begun = performance.now()
  await playStream(conversation(...frames), 'frame', actorsOf([]), { before: () => busy(10) }, never)
  const took = performance.now() - begun
  t.ok(took >= 180, `${took} ms for delays of 180 ms`)
})

t.test('what an actor or the frames throw comes out', async (t) => {
  const actors = actorsOf([])
  const dead: Actor = { ...actors.client, sendPacked: () => Promise.reject(new Error('the client actor exited')) }
  await t.rejects(playStream(conversation(frame('client', 1)), 'frame', { ...actors, client: dead }, quiet, never), {
    message: 'the client actor exited',
  })
  function* broken(): Generator<Frame> {
    yield frame('client', 1)
    throw new Error('the file is gone')
  }
  await t.rejects(playStream({ frames: broken() }, 'frame', actors, quiet, never), { message: 'the file is gone' })
})

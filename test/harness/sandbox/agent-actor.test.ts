import { readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import { encodeMessage, socketName } from '../../../generators/agent/protocol.ts'
import { AgentChannel } from '../../../harness/sandbox/agent-channel.ts'
import { connectActor } from '../../../harness/sandbox/agent-actor.ts'
import type { Actor } from '../../../harness/sandbox/actor.ts'
import { FrameFile } from '../../../harness/sandbox/frame-file.ts'
import { pack } from '../../../generators/conversation/packed-frames.ts'
import { StandingActor } from '../../../harness/sandbox/standing-actor.ts'
import type { Container } from '../../../harness/sandbox/container.ts'
import { childContainer } from './child-container.ts'

const facts = { name: 'eth0', index: 16, link: 17, mac: '02:42:c6:12:00:02', mtu: 1500 }
const ready = JSON.stringify(encodeMessage({ type: 'ready', interface: facts, frameFile: false }))
/** Calls `onRequest` with every request: the fields of its line, and its frames as Buffers. */
const reader = `
  let rest = Buffer.alloc(0)
  const readRequests = (onRequest) => process.stdin.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const end = rest.indexOf(10)
      if (end < 0) return
      const header = JSON.parse(rest.subarray(0, end))
      if (rest.length < end + 1 + header.bytes) return
      const frames = []
      for (let at = end + 1; frames.length < header.frames; ) {
        const length = rest.readUInt32LE(at)
        frames.push(rest.subarray(at + 4, at + 4 + length))
        at += 4 + length
      }
      rest = rest.subarray(end + 1 + header.bytes)
      onRequest({ ...header, frames })
    }
  })`
/** An agent that answers every request with its id as the time, and refuses frames whose first byte is 0xff. */
const obliging = `
  ${reader}
  process.stdout.write(${ready})
  readRequests(({ id, frames }) => {
    const refused = frames.flatMap((frame, index) => (frame[0] === 255 ? [{ index, error: 'EMSGSIZE' }] : []))
    console.log(JSON.stringify({ id, type: 'sent', firstAt: id, lastAt: frames.length, refused }))
  })`
const frame = (first: number) => Uint8Array.from([first, 1, 2, 3])

t.test(
  'calls made while a batch is under way are put together, and each gets what became of its own frames',
  async (t) => {
    const container = childContainer(obliging)
    t.teardown(() => container.remove())
    const actor = await connectActor('client', container)
    t.strictSame(actor.interface, facts)
    const answers = await Promise.all([
      actor.send('frame', [frame(1), frame(255)]),
      actor.send('frame', [frame(255)]),
      actor.send('frame', []),
      actor.send('ip', [frame(3)]),
      actor.send('frame', [frame(4), frame(5), frame(255)]),
    ])
    t.strictSame(answers, [
      { firstAt: 1, lastAt: 3, refused: [{ index: 1, error: 'EMSGSIZE' }] },
      { firstAt: 1, lastAt: 3, refused: [{ index: 0, error: 'EMSGSIZE' }] },
      { firstAt: 1, lastAt: 3, refused: [] },
      { firstAt: 2, lastAt: 1, refused: [] },
      { firstAt: 3, lastAt: 3, refused: [{ index: 2, error: 'EMSGSIZE' }] },
    ])
  },
)

t.test('a flood does not make the batches behind it larger than they may be', async (t) => {
  const container = childContainer(obliging)
  t.teardown(() => container.remove())
  const actor = await connectActor('client', container)
  const many = Array.from({ length: 5000 }, () => frame(1))
  const sizes = (await Promise.all([1, 2, 3].map(() => actor.send('frame', many)))).map(({ lastAt }) => lastAt)
  t.strictSame(sizes, [5000, 5000, 5000])
  t.equal(
    (
      await actor.send(
        'frame',
        Array.from({ length: 20_000 }, () => frame(1)),
      )
    ).lastAt,
    20_000,
  )
})

t.test('a request that fails rejects its own calls and no others', async (t) => {
  const program = `
    ${reader}
    process.stdout.write(${ready})
    readRequests(({ id, wire }) => {
      const answer = wire === 'ip' ? { type: 'failed', error: 'no socket' } : { type: 'sent', firstAt: 1, lastAt: 1, refused: [] }
      console.log(JSON.stringify({ id, ...answer }))
    })`
  const container = childContainer(program)
  t.teardown(() => container.remove())
  const actor = await connectActor('server', container)
  const failing = actor.send('ip', [frame(1)])
  const fine = actor.send('frame', [frame(1)])
  await t.rejects(failing, { name: 'SandboxError', message: 'the server actor could not send: no socket' })
  t.match(await fine, { refused: [] })
})

t.test(
  'when the agent dies, what it answered stands, what it owes is rejected, and so is what comes later',
  async (t) => {
    const program = `
    ${reader}
    process.stdout.write(${ready})
    let answered = 0
    readRequests(({ id }) => {
      if (answered++ > 0) { process.stderr.write('out of memory\\n', () => process.exit(7)); return }
      console.log(JSON.stringify({ id, type: 'sent', firstAt: 1, lastAt: 1, refused: [] }))
    })`
    const actor = await connectActor('client', childContainer(program))
    t.match(await actor.send('frame', [frame(1)]), { refused: [] })
    const owed = [actor.send('frame', [frame(2)]), actor.send('ip', [frame(3)])]
    for (const one of await Promise.allSettled(owed)) {
      t.match(one, {
        status: 'rejected',
        reason: { name: 'SandboxError', message: /client actor exited with 7: out of memory/ },
      })
    }
    await t.rejects(actor.send('frame', [frame(4)]), { name: 'SandboxError' })
  },
)

t.test('an agent that ends before it is ready, or says something else, is no actor', async (t) => {
  const broken = childContainer(`console.error('agent: no network interface'); process.exit(1)`)
  await t.rejects(connectActor('client', broken), {
    name: 'SandboxError',
    message: /exited with 1: agent: no network interface/,
  })
  const chatty = childContainer(`console.log('hello'); setInterval(() => {}, 1000)`)
  t.teardown(() => chatty.remove())
  await t.rejects(connectActor('client', chatty), { name: 'SandboxError', message: /said what is no answer: hello/ })
})

/** One to which an agent may connect. The path of a socket must not be long. */
async function realChannel(t: Test): Promise<AgentChannel> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-test-'))
  const channel = new AgentChannel(join(folder, 'client'))
  t.teardown(() => {
    channel[Symbol.dispose]()
    return rm(folder, { recursive: true })
  })
  return channel
}

/** One to which no agent connects. */
function channelWith(file: FrameFile): Parameters<typeof connectActor>[2] {
  return { file, connection: new Promise(() => {}), [Symbol.dispose]: () => file[Symbol.dispose]() }
}

/** An actor whose agent's side is in the hands of the test. */
async function actorInHand(
  file: FrameFile | null = null,
  frameFile = file !== null,
): Promise<{
  actor: Actor
  counts: () => number[]
  said: () => string
  answer: (id: number) => void
  end: () => void
}> {
  const stdin = new PassThrough()
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  let end = () => {}
  const container: Container = {
    ...childContainer('process.exit(0)'),
    stdin,
    stdout,
    stderr,
    ended: new Promise((resolve) => {
      end = () => resolve({ code: 0, why: 'ended' })
    }),
  }
  const counts: number[] = []
  let said = ''
  stdin.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1')
    for (const [, frames] of chunk.toString('latin1').matchAll(/"wire":"frame","frames":(\d+)/g))
      counts.push(Number(frames))
  })
  stdout.write(encodeMessage({ type: 'ready', interface: facts, frameFile }))
  return {
    actor: await connectActor('client', container, file && channelWith(file)),
    counts: () => counts,
    said: () => said,
    end: () => {
      stderr.end()
      end()
    },
    answer: (id) => void stdout.write(encodeMessage({ id, type: 'sent', firstAt: id, lastAt: id, refused: [] })),
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

t.test('only one request is on its way at a time', async (t) => {
  const { actor, counts, answer } = await actorInHand()
  const first = actor.send('frame', [frame(1)])
  await turn()
  const later = [actor.send('frame', [frame(2)]), actor.send('frame', [frame(3)])]
  await turn()
  t.strictSame(counts(), [1])
  answer(1)
  t.equal((await first).firstAt, 1)
  await turn()
  t.strictSame(counts(), [1, 2])
  answer(2)
  t.strictSame(
    (await Promise.all(later)).map(({ firstAt }) => firstAt),
    [2, 2],
  )
})

t.test('large requests follow one another, three at a time, and each gets its own answer', async (t) => {
  const { actor, counts, answer } = await actorInHand()
  const large = Array.from({ length: 100 }, () => new Uint8Array(1500))
  const sent = [1, 2, 3, 4].map(() => actor.send('frame', large))
  await turn()
  await turn()
  t.strictSame(counts(), [100, 100, 100])
  answer(1)
  t.equal((await sent[0])?.firstAt, 1)
  await turn()
  await turn()
  t.strictSame(counts(), [100, 100, 100, 100])
  for (const id of [2, 3, 4]) answer(id)
  t.strictSame(
    (await Promise.all(sent)).map(({ firstAt }) => firstAt),
    [1, 2, 3, 4],
  )
})

const many = (count: number) => Array.from({ length: count }, () => new Uint8Array(1500).fill(0x41))

t.test('large calls leave their frames in the file, as many as it has places; small ones carry them', async (t) => {
  using file = new FrameFile(join(t.testdir(), 'frames'))
  const { actor, counts, said, answer } = await actorInHand(file)
  const sent = Array.from({ length: 20 }, () => actor.send('frame', many(100)))
  await turn()
  await turn()
  const first = counts().length
  t.equal(first, 3)
  t.notOk(file.hasPlace)
  t.notMatch(said(), /AAAA/)
  for (let id = 1; id <= 20; id++) {
    answer(id)
    t.equal((await sent[id - 1])?.firstAt, id)
    await turn()
  }
  t.equal(counts().length, 20)
  t.ok(file.hasPlace)
  for (const [wire, frames] of [
    ['frame', many(1)],
    ['ip', many(100)],
    ['frame', many(1500)],
  ] as const) {
    const before = said().length
    const call = actor.send(wire, frames)
    await turn()
    await turn()
    const length = String.fromCharCode(1500 & 255, 1500 >> 8, 0, 0)
    t.ok(said().slice(before).includes(`}\n${length}AAAA`), `${frames.length} frames over ${wire} travel`)
    answer(21 + ['frame1', 'ip100', 'frame1500'].indexOf(`${wire}${frames.length}`))
    await call
  }
})

t.test('packed frames are taken at once, wherever they go: their memory is used again', async (t) => {
  const path = join(t.testdir(), 'frames')
  using file = new FrameFile(path)
  const { actor, counts, said, answer } = await actorInHand(file)
  const lengths = new Uint32Array(100).fill(1500)
  const starts = lengths.map((length, index) => length * index)
  const memory = new Uint8Array(150_000)
  const sent = Array.from({ length: 5 }, (_, index) => {
    const call = actor.sendPacked('frame', { bytes: memory.fill(0x41 + index), starts, lengths })
    memory.fill(0)
    return call
  })
  // Two of them had to wait for a place; small ones travel.
  const small = actor.sendPacked('frame', {
    bytes: memory.subarray(0, 3000).fill(0x5a),
    starts: starts.subarray(0, 2),
    lengths: lengths.subarray(0, 2),
  })
  memory.fill(0)
  await turn()
  t.strictSame(
    counts(),
    Array.from({ length: 3 }, () => 100),
  )
  const letters = () => {
    const runs = readFileSync(path, 'latin1').match(/([A-Z])\1{999,}/g) ?? []
    t.equal(runs.join('').length, 3 * memory.length, 'nothing was overwritten')
    const letters = runs.map(([letter]) => letter as string)
    return letters.sort((one, other) => one.localeCompare(other)).join('')
  }
  t.equal(letters(), 'ABC')
  for (let id = 1; id <= 5; id++) {
    answer(id)
    t.equal((await sent[id - 1])?.firstAt, id)
    await turn()
  }
  t.equal(letters(), 'CDE', 'the last two took the places of the first two')
  await turn()
  t.match(said(), /ZZZZ/)
  answer(6)
  t.match(await small, { firstAt: 6, refused: [] })
})

t.test('whoever replaces an actor gets the packed frames that were sent meanwhile', async (t) => {
  const file = () => new FrameFile(join(t.testdirName, String(Math.random())))
  t.testdir()
  const [old, next] = [await actorInHand(file()), await actorInHand(file())]
  const standing = new StandingActor(old.actor)
  const memory = new Uint8Array(3000).fill(0x41)
  const [starts, lengths] = [Uint32Array.of(0, 1500), Uint32Array.of(1500, 1500)]
  const first = standing.sendPacked('frame', { bytes: memory, starts, lengths })
  memory.fill(0x42)
  let arrive: (actor: Actor) => void = () => {}
  standing.replaceBy(
    new Promise((resolve) => {
      arrive = resolve
    }),
  )
  const second = standing.sendPacked('frame', { bytes: memory, starts, lengths })
  memory.fill(0x43)
  await turn()
  t.match(old.said(), /AAAA/)
  t.equal(next.said(), '')
  arrive(next.actor)
  await turn()
  await turn()
  t.match(next.said(), /BBBB/)
  t.notMatch(old.said() + next.said(), /CCCC/)
  old.answer(1)
  next.answer(1)
  t.match(await Promise.all([first, second]), [{ refused: [] }, { refused: [] }])
})

t.test('a small call does not wait for large ones, nor they for it', async (t) => {
  using file = new FrameFile(join(t.testdir(), 'frames'))
  const { actor, counts, answer } = await actorInHand(file)
  const sent = [many(100), many(1), many(100)].map((frames) => actor.send('frame', frames))
  await turn()
  await turn()
  t.strictSame(counts(), [100, 1, 100])
  for (const id of [1, 2, 3]) answer(id)
  t.strictSame(
    (await Promise.all(sent)).map(({ firstAt }) => firstAt),
    [1, 2, 3],
  )
})

t.test('to an agent that does not see the file, all frames travel', async (t) => {
  using file = new FrameFile(join(t.testdir(), 'frames'))
  const { actor, said, answer } = await actorInHand(file, false)
  const sent = actor.send('frame', many(100))
  await turn()
  await turn()
  t.match(said(), /AAAA/)
  answer(1)
  t.match(await sent, { refused: [] })
})

t.test('a file that cannot be written any more fails the call, and so does the end of the actor', async (t) => {
  const file = new FrameFile(join(t.testdir(), 'frames'))
  const { actor, end, answer } = await actorInHand(file)
  const owed = actor.send('frame', many(100))
  await turn()
  end()
  await t.rejects(owed, { name: 'SandboxError', message: /client actor ended/ })
  await t.rejects(actor.send('frame', many(100)), { name: 'SandboxError', message: /client actor ended/ })
  t.throws(() => file.put(9, pack([])), { name: 'SandboxError' }, 'the file is closed')
  answer(1)
  const closed = new FrameFile(join(t.testdirName, 'other'))
  const second = await actorInHand(closed)
  closed[Symbol.dispose]()
  await t.rejects(second.actor.send('frame', many(100)), { name: 'SandboxError', message: /other: it is closed/ })
})

t.test('an agent that finds the socket is asked there and answers there', async (t) => {
  const channel = await realChannel(t)
  t.equal(statSync(join(channel.path, socketName)).mode & 0o666, 0o666, 'whatever the user that the agent runs as')
  const program = `
    import { connect } from 'node:net'
    const socket = connect(${JSON.stringify(join(channel.path, socketName))})
    process.stdin.once('data', () => process.exit(3))
    socket.write(${ready})
    socket.on('data', (chunk) => {
      const { id } = JSON.parse(chunk.subarray(0, chunk.indexOf(10)))
      socket.write(JSON.stringify({ id, type: 'sent', firstAt: id, lastAt: 7, refused: [] }) + '\\n')
    })
    socket.on('close', () => process.exit(0))`
  const container = childContainer(program)
  t.teardown(() => container.remove())
  const actor = await connectActor('client', container, channel)
  t.strictSame(await actor.send('frame', [frame(1)]), { firstAt: 1, lastAt: 7, refused: [] })
  t.strictSame(await actor.send('frame', [frame(1)]), { firstAt: 2, lastAt: 7, refused: [] })
  channel[Symbol.dispose]()
  t.match(await container.ended, { code: 0 }, 'nothing came over its standard input, and the socket has been closed')
})

t.test('what is asked of an agent that has closed its socket is refused when its container has ended', async (t) => {
  const channel = await realChannel(t)
  const program = `
    import { connect } from 'node:net'
    const socket = connect(${JSON.stringify(join(channel.path, socketName))})
    socket.write(${ready}, () => socket.destroy())
    process.stdin.once('end', () => process.exit(4)).resume()`
  const container = childContainer(program)
  t.teardown(() => container.remove())
  const actor = await connectActor('client', container, channel)
  // Long enough for the agent to close it, while nothing is heard of that here.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  const asked = Array.from({ length: 3 }, () => actor.send('frame', many(5)))
  await turn()
  asked.push(actor.send('frame', many(5)))
  container.stdin.end()
  for (const one of asked) await t.rejects(one, { name: 'SandboxError', message: /client actor exited with 4/ })
})

t.test('where a socket cannot be, the agent is asked over its standard input', async (t) => {
  const channel = new AgentChannel(join(t.testdir(), 'long'.repeat(40)))
  t.teardown(() => channel[Symbol.dispose]())
  const container = childContainer(obliging)
  t.teardown(() => container.remove())
  const actor = await connectActor('client', container, channel)
  t.match(await actor.send('frame', [frame(1)]), { firstAt: 1 })
})

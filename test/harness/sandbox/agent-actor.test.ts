import { PassThrough } from 'node:stream'
import t from 'tap'
import { encodeMessage } from '../../../generators/agent/protocol.ts'
import { connectActor } from '../../../harness/sandbox/agent-actor.ts'
import type { Actor } from '../../../harness/sandbox/actor.ts'
import type { Container } from '../../../harness/sandbox/container.ts'
import { childContainer } from './child-container.ts'

const facts = { name: 'eth0', index: 16, link: 17, mac: '02:42:c6:12:00:02', mtu: 1500 }
const ready = JSON.stringify(encodeMessage({ type: 'ready', interface: facts }))
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

/** An actor whose agent's side is in the hands of the test. */
async function actorInHand(): Promise<{ actor: Actor; counts: () => number[]; answer: (id: number) => void }> {
  const stdin = new PassThrough()
  const stdout = new PassThrough()
  const container: Container = {
    ...childContainer('process.exit(0)'),
    stdin,
    stdout,
    stderr: new PassThrough(),
    ended: new Promise(() => {}),
  }
  const counts: number[] = []
  stdin.on('data', (chunk: Buffer) => {
    for (const [, frames] of chunk.toString('latin1').matchAll(/"wire":"frame","frames":(\d+)/g))
      counts.push(Number(frames))
  })
  stdout.write(encodeMessage({ type: 'ready', interface: facts }))
  return {
    actor: await connectActor('client', container),
    counts: () => counts,
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

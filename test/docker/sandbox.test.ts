import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { framesName } from '../../generators/agent/protocol.ts'
import { connectEngine } from '../../harness/sandbox/engine.ts'
import { openSandbox } from '../../harness/sandbox/sandbox.ts'
import { Capture, icmp, newSession, realEngine, sandboxFor, signal } from './sandbox-rig.ts'

const { engine, images } = await realEngine()
const addresses = { from: '198.18.0.100', to: '198.18.0.101' }
const docker = (...words: string[]) => execFileSync('docker', words, { encoding: 'utf8' })
const inSession = (session: string) => {
  const filter = `label=tocsin.session=${session}`
  return docker('ps', '-aq', '--filter', filter) + docker('network', 'ls', '-q', '--filter', filter)
}

t.test('frames of both actors and both wires are on the tap once each, in the order of their sending', async (t) => {
  const sandbox = await sandboxFor(t, { engine, images })
  const capture = new Capture(sandbox.capture)
  const sent: string[] = []
  const before = Date.now()
  for (let round = 0; round < 20; round++) {
    for (const side of ['client', 'server'] as const) {
      const frames = [1, 2, 3].map((number) => icmp({ ...addresses, payload: `${side} ${round} ${number}` }))
      t.match(await sandbox.actors[side].send('frame', frames), { refused: [] })
      sent.push(...frames.map((frame) => Buffer.from(frame).toString('hex')))
    }
  }
  await capture.atLeast(sent.length)
  t.strictSame(capture.hex(), sent)
  const times = capture.frames.map(({ at }) => at)
  t.ok(
    times.every((at) => at > before - 5 && at < Date.now() + 5),
    'times are those of the sending',
  )

  const packets = ['client', 'server'].map((side) => icmp({ ...addresses, payload: side }))
  await sandbox.actors.client.send('ip', packets.slice(0, 1))
  await sandbox.actors.server.send('ip', packets.slice(1))
  await capture.atLeast(sent.length + 2)
  t.strictSame(
    capture
      .hex()
      .slice(sent.length)
      .map((frame) => frame.slice(28)),
    packets.map((packet) => Buffer.from(packet).toString('hex').slice(28)),
    'the kernel makes the Ethernet header and leaves the packet as it is',
  )
})

t.test('VLAN tags, broadcasts, bad header checksums and addresses from outside reach the tap unchanged', async (t) => {
  const sandbox = await sandboxFor(t, { engine, images })
  const capture = new Capture(sandbox.capture)
  const plain = Buffer.from(icmp(addresses))
  const frames = [
    Buffer.concat([plain.subarray(0, 12), Buffer.from([0x81, 0, 0, 42]), plain.subarray(12)]),
    Buffer.concat([plain.subarray(0, 12), Buffer.from([0x88, 0xa8, 0, 7, 0x81, 0, 0, 42]), plain.subarray(12)]),
    Buffer.from(icmp({ ...addresses, macs: { from: '02:54:00:00:00:10', to: 'ff:ff:ff:ff:ff:ff' } })),
    Buffer.from(icmp({ from: '127.0.0.1', to: '203.0.113.9' })),
    Buffer.from(plain.map((byte, index) => (index === 24 ? byte ^ 0xff : byte))),
    Buffer.from(icmp({ ...addresses, payload: 'x'.repeat(1472) })),
  ]
  t.match(await sandbox.actors.server.send('frame', frames), { refused: [] })
  await capture.atLeast(frames.length)
  t.strictSame(
    capture.hex(),
    frames.map((frame) => frame.toString('hex')),
  )
})

t.test('a flood is captured without loss', async (t) => {
  const sandbox = await sandboxFor(t, { engine, images })
  const capture = new Capture(sandbox.capture)
  const count = 20_000
  const frames = Array.from({ length: count }, (_, number) => icmp({ ...addresses, payload: String(number) }))
  t.match(await sandbox.actors.client.send('frame', frames), { refused: [] })
  await capture.atLeast(count)
  t.strictSame(
    capture.hex(),
    frames.map((frame) => Buffer.from(frame).toString('hex')),
  )
})

t.test(
  'floods of both actors lie in the file between harness and agent, come in order, and go with the sandbox',
  async (t) => {
    const session = newSession()
    const sandbox = await openSandbox({ engine, images, session, subnet: '198.18.0.0/20', signal })
    const capture = new Capture(sandbox.capture)
    const numbers = Array.from({ length: 20 }, (_, flood) =>
      Array.from({ length: 500 }, (_, index) => flood * 500 + index),
    )
    const floods = numbers.map((some) =>
      some.map((number) => icmp({ ...addresses, payload: `${number}`.padEnd(100 + (number % 1300), 'x') })),
    )
    const files = () => readdirSync('/dev/shm').filter((name) => name.startsWith(`tocsin-work-${session}`))
    t.equal(files().length, 1)
    for (const side of ['client', 'server'] as const) {
      const sent = await Promise.all(floods.map((frames) => sandbox.actors[side].send('frame', frames)))
      for (const one of sent) t.match(one, { refused: [] })
      await capture.atLeast(10_000)
      const folder = join('/dev/shm', String(files()[0]), `${side}-0`)
      t.ok(readFileSync(join(folder, framesName)).includes('9999xxxx'), `frames in the file of the ${side}`)
      t.strictSame(readdirSync(folder), [framesName], 'no agent is waited for at the socket any more')
      t.strictSame(
        capture.frames.splice(0).map(({ bytes }) => Buffer.from(bytes).toString('hex')),
        floods.flat().map((frame) => Buffer.from(frame).toString('hex')),
      )
    }
    await sandbox[Symbol.asyncDispose]()
    t.strictSame(files(), [])
  },
)

t.test('two sandboxes at once have networks of their own and do not see each other', async (t) => {
  const [one, two] = await Promise.all([sandboxFor(t, { engine, images }), sandboxFor(t, { engine, images })])
  t.not(one.network.subnet, two.network.subnet)
  for (const { network } of [one, two]) t.match(network.subnet, /^198\.1[89]\.\d+\.0\/20$/)
  const captures = [new Capture(one.capture), new Capture(two.capture)]
  const frames = ['one', 'two'].map((payload) => icmp({ ...addresses, payload }))
  await one.actors.client.send('frame', frames.slice(0, 1))
  await two.actors.client.send('frame', frames.slice(1))
  await Promise.all(captures.map((capture) => capture.atLeast(1)))
  t.strictSame(
    captures.map((capture) => capture.hex()),
    frames.map((frame) => [Buffer.from(frame).toString('hex')]),
  )
})

t.test('a killed actor rejects what it owes and is replaced by another one on the same wires', async (t) => {
  const replaced: string[] = []
  const sandbox = await sandboxFor(t, { engine, images, onReplaced: (text) => replaced.push(text) })
  const capture = new Capture(sandbox.capture)
  const first = sandbox.actors.client.containerId
  const flood = Array.from({ length: 200_000 }, () => icmp(addresses))
  const owed = sandbox.actors.client.send('frame', flood)
  docker('kill', first)
  await t.rejects(owed, { name: 'SandboxError', message: /client actor exited with status 137/ })
  t.match(await sandbox.actors.client.send('frame', [icmp({ ...addresses, payload: 'from the new one' })]), {
    refused: [],
  })
  t.not(sandbox.actors.client.containerId, first)
  t.match(replaced, [/client actor of the sandbox exited with status 137.*another one has taken its place/])
  await capture.until(() => capture.frames.some(({ bytes }) => Buffer.from(bytes).includes('from the new one')))
  const before = capture.frames.length
  t.match(await sandbox.actors.server.send('frame', [icmp(addresses)]), { refused: [] })
  await capture.atLeast(before + 1)
})

t.test('an actor that is killed again and again is given up', async (t) => {
  const sandbox = await sandboxFor(t, { engine, images })
  let last = ''
  for (let killed = 0; killed < 4; killed++) {
    await sandbox.actors.server.send('frame', [icmp(addresses)])
    t.not(sandbox.actors.server.containerId, last)
    last = sandbox.actors.server.containerId
    docker('kill', last)
    await t.rejects(
      sandbox.actors.server.send(
        'frame',
        Array.from({ length: 200_000 }, () => icmp(addresses)),
      ),
    )
  }
  t.match((await sandbox.failed).message, /server actor of the sandbox exited with status 137 .*as 3 before it/)
})

t.test('a killed tap is reported and ends the capture', async (t) => {
  const sandbox = await sandboxFor(t, { engine, images })
  const ended = (async () => {
    for await (const _ of sandbox.capture);
    return true
  })()
  docker('kill', sandbox.tapContainerId)
  t.match(await sandbox.failed, { name: 'SandboxError', message: /tap of the sandbox exited with status 137/ })
  t.ok(await ended)
})

t.test('a sandbox that is closed leaves nothing on the engine and reports no failure', async (t) => {
  const session = newSession()
  const sandbox = await openSandbox({ engine, images, session, subnet: '198.18.0.0/20', signal })
  t.not(inSession(session), '')
  await sandbox[Symbol.asyncDispose]()
  t.equal(inSession(session), '')
  t.equal(await Promise.race([sandbox.failed, Promise.resolve('pending')]), 'pending')
  await sandbox[Symbol.asyncDispose]()
})

t.test('what cannot be opened leaves nothing either', async (t) => {
  const cases = [
    { options: { mirror: 'no-such-nic' }, error: { name: 'InputError', message: /sandbox\.mirror: "no-such-nic"/ } },
    { options: { subnet: '198.18.0.1/20' }, error: { name: 'InputError', message: /sandbox\.subnet/ } },
    {
      options: { images: { ...images, actor: images.sensor } },
      error: { name: 'SandboxError', message: /client|server/ },
    },
  ]
  for (const { options, error } of cases) {
    const session = newSession()
    const opening = openSandbox({ engine, images, session, subnet: '198.18.0.0/20', signal, ...options })
    await t.rejects(opening, error)
    t.equal(inSession(session), '', JSON.stringify(Object.keys(options)))
  }
})

t.test('an interruption at any moment of the opening leaves nothing', async (t) => {
  for (const ms of [0, 100, 500, 1500]) {
    const session = newSession()
    const opening = openSandbox({ engine, images, session, subnet: '198.18.0.0/20', signal: AbortSignal.timeout(ms) })
    const outcome = await opening.then(
      (sandbox) => sandbox[Symbol.asyncDispose](),
      (error) => error,
    )
    if (outcome !== undefined) t.equal(outcome.name, 'TimeoutError')
    t.equal(inSession(session), '', `after ${ms} ms`)
  }
})

t.test('a subnet of the user that is taken is refused, not replaced', async (t) => {
  const sandbox = await sandboxFor(t, { engine, images, subnet: '10.213.64.0/24' })
  t.equal(sandbox.network.subnet, '10.213.64.0/24')
  const again = openSandbox({ engine, images, session: newSession(), subnet: '10.213.64.0/24', signal })
  await t.rejects(again, { name: 'InputError', message: /10\.213\.64\.0\/24 overlaps/ })
})

t.test('the engine says its version', async (t) => {
  t.match(await connectEngine({ host: 'unix:///var/run/docker.sock' }), { version: /^\d+\./, apiVersion: /^1\.\d+$/ })
})

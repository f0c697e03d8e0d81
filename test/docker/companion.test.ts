import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import type { Container } from '../../harness/sandbox/container.ts'
import { objectLabels, objectName } from '../../harness/sandbox/labels.ts'
import { currentOwner } from '../../harness/sandbox/owner.ts'
import { startCompanion, whyNoCompanion } from '../../harness/sensors/endpoint/companion.ts'
import { newSession, realEngine, signal } from './sandbox-rig.ts'

const docker = async (...args: string[]) => (await promisify(execFile)('docker', args)).stdout.trim()
const { engine, images } = await realEngine()
const image = images.endpoint

t.test('the kernel of this machine takes programs of bpftrace', async (t) => {
  t.equal(await whyNoCompanion({ engine, session: newSession(), image }), null)
})

t.test('it tells both ports and the environment of a watched container, and nothing of others', async (t) => {
  const companion = await started(t)
  const [watched, other] = [await shell(t), await shell(t)]
  await companion.watch(watched)
  other.stdin.write('/bin/echo of-the-other\nexit\n')
  await other.ended
  watched.stdin.write(
    [
      "LD_PRELOAD=/no/such.so SECRET=kept /bin/true 'a\tb\\x41 é\"' 2> /dev/null",
      'exec 3<>/dev/tcp/127.0.0.1/4444',
      'exec 4<>/dev/udp/127.0.0.1/53',
      'exit\n',
    ].join('\n'),
  )
  await watched.ended
  t.match(await companion.stop(), { lost: 0, loss: null })
  const log = readFileSync(companion.logPath, 'utf8')
  const events = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.match(
    events.find(({ name }) => name === 'true'),
    {
      event: 'exec',
      container: watched.id,
      arguments: ['/bin/true', 'a\tb\\x41 é"'],
      environment: { LD_PRELOAD: '/no/such.so' },
      deleted: false,
    },
  )
  const connections = events.filter(({ event }) => event === 'connect')
  t.match(connections, [
    { protocol: 'tcp', result: 'failed', call: 'connect', destination: { address: '127.0.0.1', port: 4444 } },
    { protocol: 'udp', result: 'established', destination: { address: '127.0.0.1', port: 53 } },
  ])
  t.ok(connections.every(({ source }) => source.address === '127.0.0.1' && source.port >= 1024))
  t.ok(
    events.every(({ container, at }) => container === watched.id && Math.abs(at - Date.now()) < 60_000),
    'by the clock of this machine',
  )
  for (const stranger of ['of-the-other', other.id, 'SECRET']) t.notOk(log.includes(stranger), stranger)
})

t.test('what it could not read in time is counted, and makes silence prove nothing', async (t) => {
  const companion = await started(t)
  const watched = await shell(t, { image: images.stage.name, processors: '0' })
  await companion.watch(watched)
  await docker('pause', companion.containerId)
  // Each connection takes 300 bytes and more; the buffer of a processor holds 16 MiB.
  const flood =
    "import socket; s = socket.socket(type=socket.SOCK_DGRAM); [s.connect(('127.0.0.1', 53)) for _ in range(150000)]"
  watched.stdin.write(`python3 -c "${flood}"; exit\n`)
  await watched.ended
  await docker('unpause', companion.containerId)
  const { lost, loss } = await companion.stop()
  t.ok(lost > 0, `${lost} events`)
  t.equal(loss, `bpftrace lost ${lost} events`)
})

t.test('killed, it takes its programs out of the kernel with it', async (t) => {
  const companion = await started(t)
  await engine.removeContainer(companion.containerId)
  t.match((await companion.failed).message, /bpftrace/)
  await t.rejects(companion.stop(), { message: /does not say what was lost/ })
  t.equal(await whyNoCompanion({ engine, session: newSession(), image }), null, 'another one can be started')
})

async function started(t: Test) {
  const directory = await mkdtemp(join(tmpdir(), 'tocsin-test-'))
  const companion = await startCompanion({ engine, session: newSession(), image, directory, signal })
  t.teardown(async () => {
    await companion[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })
  return companion
}

/** A container with a shell that reads its commands from its standard input. */
async function shell(t: Test, more: { image?: string; processors?: string } = {}): Promise<Container> {
  const session = newSession()
  const made = await engine.launch({
    name: objectName(session, 'client'),
    image: image.name,
    command: ['bash'],
    labels: objectLabels(session, 'client', await currentOwner()),
    network: 'none',
    capabilities: [],
    memoryBytes: 64 * 1024 * 1024,
    pids: 32,
    tmpfs: { '/tmp': 'size=16m,exec' },
    ...more,
  })
  made.stdout.resume()
  made.stderr.resume()
  t.teardown(() => made.remove())
  return made
}

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, watch } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Container } from '../../harness/sandbox/container.ts'
import { objectLabels, objectName } from '../../harness/sandbox/labels.ts'
import { currentOwner } from '../../harness/sandbox/owner.ts'
import {
  auditAccess,
  type AuditChange,
  auditLabel,
  type AuditState,
  parseAuditLabel,
  readAuditState,
  restoreAudit,
} from '../../harness/sensors/endpoint/audit-state.ts'
import {
  auditAccessOf,
  auditValuesBefore,
  type AuditMode,
  type EmbeddedEndpoint,
  startEndpoint,
} from '../../harness/sensors/endpoint/endpoint.ts'
import { audit } from './audit-lock.ts'
import { newSession, realEngine, signal } from './sandbox-rig.ts'

const { engine, images } = await realEngine()
const lock = audit('alone')
t.teardown(() => lock[Symbol.dispose]())
const image = images.endpoint
const before = await readAuditState({ engine, session: newSession(), image })
if (before === null) throw new Error('this machine gives no audit to containers')
if (before.ours > 0)
  throw new Error(`${before.ours} rules of a sensor that is gone are in the kernel; auditctl -l shows them`)
/** Shell: whether a sensor listens. */
const rulesAreThere = 'auditctl -l | grep -q key=tocsin_connect'
const settled = ({ lost: _lost, ...others }: AuditState) => others

t.test('nobody reads the audit here, so the sensor may', async (t) => {
  t.same(auditAccessOf(before), { mode: 'auditd' })
  t.match(auditAccessOf(null), { mode: null, why: /does not let a container read/ })
  t.match(auditAccessOf({ ...before, enabled: 2 }), { mode: null, why: /locked/ })
  t.same(auditAccessOf({ ...before, pid: 7 }), { mode: 'multicast' })
})

t.test('it tells what the processes of a watched container do, and nothing of others', async (t) => {
  const { sensor, read } = await listening(t, 'auditd')
  t.match(sensor, { mode: 'auditd', rules: 20, versions: { auditd: /4\./, laurel: /0\.7/ } })
  const [watched, other] = [await container(t), await container(t)]
  await sensor.watch(watched)
  const marker = randomBytes(4).toString('hex')
  other.stdin.write(`/bin/echo of-the-other-${marker}\n`)
  watched.stdin.write(
    `(true; (/bin/true ${marker})); bash -c 'exec 3<>/dev/tcp/127.0.0.1/4444 # ${marker}'; cp /bin/sleep /tmp/.x; TOCSIN_MARKER=${marker} /tmp/.x 0.1\n`,
  )
  const [connect] = await read(({ SYSCALL }) => SYSCALL?.SYSCALL === 'connect' && SYSCALL?.comm === 'bash')
  t.match(connect, {
    SOCKADDR: [{ SADDR: { saddr_fam: 'inet', addr: '127.0.0.1', port: 4444 } }],
    SYSCALL: { exe: '/usr/bin/bash', success: 'no' },
  })
  const [hidden] = await read(({ SYSCALL }) => SYSCALL?.exe === '/tmp/.x')
  t.match(hidden, {
    EXECVE: { ARGV: ['/tmp/.x', '0.1'], ENV: { TOCSIN_MARKER: marker } },
    CONTAINER_INFO: { ID: watched.id },
  })
  const end = await sensor.stop()
  t.equal(end.lost, 0)
  t.same(settled(end.state), settled(before), 'the audit is as it was')
  const log = readFileSync(sensor.logPath, 'utf8')
  t.ok(log.includes(marker))
  t.notOk(log.includes(`of-the-other-${marker}`), 'nothing of the other container')
  t.notOk(log.includes(other.id))
})

t.test('beside another reader it listens to the multicast group and leaves the other alone', async (t) => {
  const first = await listening(t, 'auditd')
  const state = await readAuditState({ engine, session: newSession(), image })
  t.equal(auditAccessOf(state).mode, 'multicast')
  const second = await listening(t, 'multicast')
  const watched = await container(t)
  await Promise.all([first.sensor.watch(watched), second.sensor.watch(watched)])
  const marker = randomBytes(4).toString('hex')
  watched.stdin.write(`/bin/echo ${marker}\n`)
  const fits = ({ EXECVE }: AuditEvent) => EXECVE?.ARGV?.[1] === marker
  const [[one], [other]] = await Promise.all([first.read(fits), second.read(fits)])
  t.equal(one?.ID, other?.ID, 'both were told of the same event')
  t.match(await second.sensor.stop(), { overruns: 0, state: { pid: state?.pid, enabled: 1 } })
  await first.sensor.stop()
  t.same(settled((await readAuditState({ engine, session: newSession(), image })) as AuditState), settled(before))
})

t.test('two sensors of ours do not take each other’s rules away, and the last one puts the audit back', async (t) => {
  const first = await listening(t, 'auditd')
  const second = await listening(t, 'multicast')
  t.match(await first.sensor.stop(), { enabled: 1, state: { pid: 0, enabled: 1, ours: 20 } })
  const watched = await container(t)
  await second.sensor.watch(watched)
  watched.stdin.write('/bin/echo still-heard\n')
  await second.read(({ EXECVE }) => EXECVE?.ARGV?.[1] === 'still-heard')
  t.same(settled((await second.sensor.stop()).state), settled(before))
})

t.test('given up while it sets its rules, it leaves none', async (t) => {
  const giveUp = new AbortController()
  const firstRule = launched(t, 'until auditctl -l | grep -q key=tocsin_; do sleep 0.01; done')
  void firstRule.then(({ ended }) => ended).then(() => giveUp.abort(new Error('given up')))
  // On a machine where the rules are set faster than this is heard of, it starts.
  const started = start(t, 'auditd', giveUp.signal)
  await started.then(({ sensor }) => sensor.stop()).catch((error: unknown) => t.match(error, /given up/))
  t.same(settled((await readAuditState({ engine, session: newSession(), image })) as AuditState), settled(before))
})

t.test('after a kill -9 of the sensor its rules are still there, and are taken away', async (t) => {
  const { sensor } = await listening(t, 'auditd')
  const options = { engine, session: newSession(), image }
  const found = (await engine.findContainers(auditLabel)).find(({ id }) => id === sensor.containerId)
  const change = parseAuditLabel(found?.labels[auditLabel])
  t.match(change, { name: /^[0-9a-f]{8}$/, values: { enabled: before.enabled, backlogLimit: before.backlogLimit } })
  await engine.removeContainer(sensor.containerId)
  t.match(await readAuditState(options), { pid: 0, ours: 20, enabled: 1 })
  const after = await restoreAudit(options, change as AuditChange)
  t.same(settled(after as AuditState), settled(before))
})

t.test(
  'a sensor that was deprived of something says so: events dropped, audit switched off and on, rules removed',
  async (t) => {
    const tamper = (script: string) => tampered(t, script)
    await t.test('the kernel drops events', async (t) => {
      const { sensor } = await listening(t, 'auditd')
      // Nothing may wait, so that the kernel has to drop what auditd has not yet read..
      await tamper('auditctl -b 1; auditctl --backlog_wait_time 0; for _ in $(seq 1000); do (/bin/true &) ; done')
      const end = await sensor.stop()
      t.ok(end.lost > 0, `${end.lost} events`)
      t.equal(end.loss, `the kernel dropped ${end.lost} of its audit's events`)
      t.same(settled(end.state), settled(before))
    })
    await t.test('somebody switches the audit off, and on again', async (t) => {
      const { sensor } = await listening(t, 'auditd')
      await tamper('auditctl -e 0; auditctl -e 1')
      const end = await sensor.stop()
      t.match(end, { enabled: 1, switched: 1, missing: 0, loss: "somebody switched the kernel's audit off" })
      t.same(settled(end.state), settled(before))
    })
    await t.test('somebody removes rules', async (t) => {
      const { sensor } = await listening(t, 'auditd')
      await tamper("auditctl -l | grep key=tocsin_connect | sed 's/^-a /-d /' | while read -r r; do auditctl $r; done")
      const end = await sensor.stop()
      t.match(end, { missing: 2, loss: "somebody took 2 of its rules away from the kernel's audit" })
      t.same(settled(end.state), settled(before))
    })
  },
)

t.test('told to end while auditd is behind, it reads first what the kernel has told', async (t) => {
  // Until it is gone it gets on by some records at a time, and is never still for half a second.
  const crawls = 'while kill -STOP $auditd; do sleep 0.3; kill -CONT $auditd; sleep 0.002; done; true'
  const { end, heard } = await behind(t, 1000, crawls)
  // On a machine that is busy with other things, auditd may stand still for longer after all: what the kernel drops then is
  // known to be absent. What is left unread by a reader that ended is not.
  t.ok(heard + end.absent >= 1000, `${heard} of 1000 events came out; lost: ${end.loss ?? 'nothing'}`)
  t.same(settled(end.state), settled(before))
})

t.test('it says so when the kernel has dropped events without counting them', async (t) => {
  // More come than wait in the socket of an auditd that does not read.
  const stands = `kill -STOP $auditd; while ${rulesAreThere}; do sleep 0.01; done; sleep 0.5; kill -CONT $auditd`
  const { end, heard } = await behind(t, 500, stands)
  t.ok(heard < 500, `${heard} of 500 events came out`)
  t.equal(end.lost, 0)
  t.ok(end.absent >= 500 - heard, `${end.absent} are known to be absent`)
  t.equal(end.loss, `${end.absent} events that the kernel's audit had numbered did not come out whole`)
})

/**
 * Starts programs while a script slows auditd down, which goes on when the sensor has already been told to end.
 * @param slows runs in a shell that knows auditd's process id as $auditd
 */
async function behind(t: Test, programs: number, slows: string) {
  const { sensor } = await listening(t, 'auditd')
  const watched = await container(t)
  await sensor.watch(watched)
  const marker = randomBytes(4).toString('hex')
  const slowed = await launched(t, `auditd=$(auditctl -s | sed -n "s/^pid //p"); ${slows}`)
  watched.stdin.write(`sleep 0.5; for i in $(seq ${programs}); do /bin/echo ${marker}; done; exit\n`)
  await watched.ended
  const [end, { code }] = await Promise.all([sensor.stop(), slowed.ended])
  t.equal(code, 0, slows)
  const events = readFileSync(sensor.logPath, 'utf8')
    .split('\n')
    .filter((line) => line.includes(marker))
  return { end, heard: events.length }
}

interface AuditEvent {
  ID: string
  SYSCALL?: Record<string, unknown>
  EXECVE?: { ARGV?: string[] }
}

/** A sensor that goes with the test, and a way to wait for events of its log. */
async function listening(t: Test, mode: AuditMode) {
  const { sensor, directory } = await start(t, mode, signal)

  const read = async (fits: (event: AuditEvent) => boolean): Promise<AuditEvent[]> => {
    const watcher = watch(directory)
    try {
      for (;;) {
        const text = existsSync(sensor.logPath) ? readFileSync(sensor.logPath, 'utf8') : ''
        const events = text
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as AuditEvent)
        const found = events.filter(fits)
        if (found.length > 0) return found
        await new Promise((resolve) => watcher.once('change', resolve))
      }
    } finally {
      watcher.close()
    }
  }
  return { sensor, read }
}

async function start(t: Test, mode: AuditMode, signal: AbortSignal) {
  const directory = await mkdtemp(join(tmpdir(), 'tocsin-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const sensor: EmbeddedEndpoint = await startEndpoint({
    engine,
    session: newSession(),
    image,
    before: await auditValuesBefore(
      engine,
      (await readAuditState({ engine, session: newSession(), image })) as AuditState,
    ),
    mode,
    directory,
    signal,
  })
  t.teardown(() => sensor[Symbol.asyncDispose]())
  return { sensor, directory }
}

/** Runs a shell script that may change the audit, to its end. */
async function tampered(t: Test, script: string): Promise<void> {
  t.equal((await (await launched(t, script)).ended).code, 0, script)
}

/** A container with a shell script that may change the audit. */
async function launched(t: Test, script: string): Promise<Container> {
  const session = newSession()
  const made = await engine.launch({
    name: objectName(session, 'auditor'),
    image: image.name,
    command: ['bash', '-c', script],
    labels: objectLabels(session, 'auditor', await currentOwner()),
    network: 'none',
    ...auditAccess,
    memoryBytes: 64 * 1024 * 1024,
    pids: 512,
  })
  made.stdout.resume()
  made.stderr.resume()
  t.teardown(() => made.remove())
  return made
}

/** A container with a shell that reads its commands from its standard input. */
async function container(t: Test): Promise<Container> {
  const session = newSession()
  const made = await engine.launch({
    name: objectName(session, 'client'),
    image: images.endpoint.name,
    command: ['bash'],
    labels: objectLabels(session, 'client', await currentOwner()),
    network: 'none',
    capabilities: [],
    memoryBytes: 64 * 1024 * 1024,
    pids: 32,
    tmpfs: { '/tmp': 'size=16m,exec' },
  })
  made.stdout.resume()
  made.stderr.resume()
  t.teardown(() => made.remove())
  return made
}

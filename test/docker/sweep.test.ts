import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { asUser } from '../cli/environment.ts'
import { readAuditState } from '../../harness/sensors/endpoint/audit-state.ts'
import { sweep } from '../../harness/sandbox/sweep.ts'
import { newSession, realEngine, sandboxFor } from './sandbox-rig.ts'
import { audit } from './audit-lock.ts'

const lock = audit('alone')
t.teardown(() => lock[Symbol.dispose]())

const { engine, images } = await realEngine()
const docker = (...words: string[]) => execFileSync('docker', words, { encoding: 'utf8' })
const eventFormat = '{{.Action}} {{index .Actor.Attributes "tocsin.role"}}'
const inSession = (session: string) => {
  const filter = `label=tocsin.session=${session}`
  return docker('ps', '-aq', '--filter', filter) + docker('network', 'ls', '-q', '--filter', filter)
}

t.test(
  'after a kill -9 at any stage a sweep leaves no container, network or folder, and spares who lives',
  async (t) => {
    const alive = await sandboxFor(t, { engine, images })
    const before = await auditState()
    for (const stage of ['work', 'sandbox', 'sensor', 'endpoint']) {
      const session = newSession()
      const folder = await killedAfter(stage, session)
      t.ok(existsSync(folder))
      const swept = await sweep(engine)
      t.equal(inSession(session), '', stage)
      t.notOk(existsSync(folder))
      const inMemory = readdirSync('/dev/shm').filter((name) => name.includes(session))
      t.strictSame(inMemory, [], 'the file between harness and agents is gone too')
      t.ok(swept.left.includes(alive.network.name))
      t.notOk(swept.networks.includes(alive.network.name))
      t.ok(swept.directories.includes(folder))
      t.same(await auditState(), before, 'the kernel’s audit is as it was')
    }
    t.match(await alive.actors.client.send('frame', []), { refused: [] })
  },
)

t.test(
  'killed while it puts the audit back after its sensor has died, it leaves a sweep all that is needed',
  async (t) => {
    const before = await auditState()
    const session = newSession()
    const victim = await runUntil('endpoint', session)
    const since = String(Date.now() / 1000)
    const filter = `label=tocsin.session=${session}`
    const watched = spawn('docker', ['events', '--since', since, '--filter', filter, '--format', eventFormat])
    const events = createInterface({ input: watched.stdout })
    docker('kill', `tocsin-${session}-endpoint`)
    for await (const event of events) {
      // Whichever comes first: the sensor's container goes, or the audit is about to be put back.
      if (!['destroy endpoint', 'create auditor'].includes(event)) continue
      await victim.kill()
      break
    }
    watched.kill()
    await sweep(engine)
    t.equal(inSession(session), '')
    t.same(await auditState(), before)
  },
)

t.test('two sweeps at once get along, and one with nothing to do says so', async (t) => {
  const session = newSession()
  await killedAfter('sandbox', session)
  const [one, two] = await Promise.all([sweep(engine), sweep(engine)])
  t.ok([...one.networks, ...two.networks].includes(`tocsin-${session}-network`))
  t.equal(inSession(session), '')
  const again = await sweep(engine)
  t.notOk([...again.containers, ...again.networks].some((name) => name.includes(session)))
})

/** All that a sensor changes; events that others lose are no matter of ours. */
async function auditState() {
  const state = await readAuditState({ engine, session: newSession(), image: images.endpoint })
  return { ...state, lost: 0 }
}

/** Kills a process that opens a sandbox as soon as it has come that far; returns its work directory. */
async function killedAfter(stage: string, session: string): Promise<string> {
  const victim = await runUntil(stage, session)
  await victim.kill()
  return victim.folder
}

/** A process that opens a sandbox, when it has come that far, and its work directory. */
async function runUntil(stage: string, session: string) {
  const victim = spawn(
    ...asUser(process.execPath, [fileURLToPath(new URL('sweep-victim.js', import.meta.url)), session]),
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exited = once(victim, 'exit')
  let folder = ''
  for await (const line of createInterface({ input: victim.stdout })) {
    if (line.startsWith('work ')) folder = line.slice('work '.length)
    if (line.split(' ')[0] !== stage) continue
    break
  }
  return {
    folder,
    async kill() {
      victim.kill('SIGKILL')
      await exited
    },
  }
}

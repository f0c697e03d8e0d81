import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { type EmbeddedSuricata, type RuleChoice, startSuricata } from '../../harness/sensors/suricata/suricata.ts'
import { Capture, icmp, newSession, realEngine, sandboxFor, signal, strayFin } from './sandbox-rig.ts'

const { engine, images } = await realEngine()
const folder = fileURLToPath(new URL('../../../harness/sensors/suricata/rules', import.meta.url))
const rules = readdirSync(folder).filter((name) => name.endsWith('.rules'))
const addresses = { from: '198.18.0.100', to: '198.18.0.101' }

t.test('a crafted frame raises an alert with frame, MACs and community id, and a stop logs the flow', async (t) => {
  const { sandbox, suricata } = await listening(t)
  t.match(suricata, {
    version: /^7\.0\.\d+|^8/,
    ruleSet: { name: /Suricata/, version: /7\.0/, digest: /^[0-9a-f]{64}$/, files: 21 },
  })
  const { tocsin } = suricata.ruleSet
  t.match(tocsin?.digest, /^[0-9a-f]{64}$/)
  const written = rules.map((name) => readFileSync(`${folder}/${name}`, 'utf8').match(/^alert /gm)?.length ?? 0)
  t.equal(
    tocsin?.active,
    written.reduce((sum, count) => sum + count, 0),
    "Tocsin's own rules are all of its files",
  )
  t.equal(tocsin?.files, rules.length)
  t.ok(suricata.ruleSet.active >= 390, `${suricata.ruleSet.active} rules`)
  const frame = icmp({ ...addresses, payload: 'tocsin' })
  await sandbox.actors.client.send('frame', [frame])
  const alert = await event(suricata, ({ event_type }) => event_type === 'alert')
  t.match(alert, {
    src_ip: addresses.from,
    dest_ip: addresses.to,
    ether: { src_mac: '02:54:00:00:00:10', dest_mac: '02:54:00:00:00:11' },
    alert: { signature_id: 2200024 },
    community_id: /^1:/,
    packet: Buffer.from(frame).toString('base64'),
  })
  t.equal(
    events(suricata).some(({ event_type }) => event_type === 'flow'),
    false,
  )
  t.match(await suricata.stop(), { packets: Number, drops: 0 })
  const log = events(suricata)
  t.match(
    log.find(({ event_type }) => event_type === 'flow'),
    { src_ip: addresses.from, flow: { pkts_toserver: 1 } },
  )
  t.ok(log.some(({ event_type }) => event_type === 'anomaly'))
  t.ok(readFileSync(suricata.evePath, 'utf8').endsWith('}\n'), 'its last line is whole')
  t.equal(statSync(suricata.evePath).mode & 0o444, 0o444, 'everybody may read it')
})

t.test('it hears nothing but the actors', async (t) => {
  const { sandbox, suricata } = await listening(t)
  await sandbox.actors.server.send('frame', [icmp(addresses)])
  await event(suricata, ({ event_type }) => event_type === 'alert')
  await suricata.stop()
  t.strictSame([...new Set(events(suricata).map(({ src_ip }) => src_ip))], [addresses.from])
})

t.test('a flood is taken in without loss', async (t) => {
  const { sandbox, suricata } = await listening(t)
  const count = 20_000
  const flood = Array.from({ length: count }, (_, number) => icmp({ ...addresses, type: 8, payload: String(number) }))
  await sandbox.actors.client.send('frame', flood)
  await sandbox.actors.client.send('frame', [icmp(addresses)])
  await event(suricata, ({ alert }) => (alert as { signature_id?: number } | undefined)?.signature_id === 2200024)
  t.strictSame(await suricata.stop(), { packets: count + 1, drops: 0 })
})

t.test('rules that are switched on in the image fire: a stray FIN', async (t) => {
  const { sandbox, suricata } = await listening(t)
  await sandbox.actors.client.send('frame', [strayFin(addresses)])
  t.match(await event(suricata, ({ alert }) => alert !== undefined), { alert: { signature_id: 2210037 } })
})

t.test('the shipped rules alone are as many, and the same, as beside those of Tocsin', async (t) => {
  const [beside, alone] = await Promise.all([listening(t, 'with-ours'), listening(t, 'shipped')])
  const { tocsin, ...shipped } = beside.suricata.ruleSet
  t.ok(tocsin)
  t.strictSame(alone.suricata.ruleSet, shipped)
})

t.test('without rules it logs and alerts on nothing', async (t) => {
  const { sandbox, suricata } = await listening(t, 'none')
  t.match(suricata.ruleSet, { active: 0, files: 0 })
  t.equal(suricata.ruleSet.tocsin, undefined)
  await sandbox.actors.client.send('frame', [icmp(addresses)])
  await event(suricata, ({ event_type }) => event_type === 'anomaly')
  await suricata.stop()
  t.strictSame(new Set(events(suricata).map(({ event_type }) => event_type)), new Set(['anomaly', 'flow']))
})

t.test('a killed Suricata is reported; one that was stopped is not', async (t) => {
  const { suricata } = await listening(t)
  const { suricata: stopped } = await listening(t)
  execFileSync('docker', ['kill', suricata.containerId])
  t.match(await suricata.failed, { name: 'SandboxError', message: /^Suricata exited with status 137/ })
  await stopped.stop()
  t.equal(await Promise.race([stopped.failed, Promise.resolve('pending')]), 'pending')
})

t.test('one that cannot start says what Suricata said, and leaves nothing', async (t) => {
  const sandbox = await sandboxFor(t, { engine, images })
  const session = newSession()
  const options = { engine, session, tapContainerId: sandbox.tapContainerId, eveDirectory: t.testdir({}), signal }
  await t.rejects(startSuricata({ ...options, image: images.actor }), { name: 'SandboxError', message: /start\.sh/ })
  const aborted = startSuricata({ ...options, image: images.sensor, signal: AbortSignal.timeout(100) })
  await t.rejects(aborted, { name: 'TimeoutError' })
  t.equal(
    execFileSync('docker', ['ps', '-aq', '--filter', `label=tocsin.session=${session}`], { encoding: 'utf8' }),
    '',
  )
})

async function listening(t: Test, rules?: RuleChoice) {
  const session = newSession()
  // One of its own: `t.testdir` empties that of a sensor beside it.
  const eveDirectory = mkdtempSync(join(tmpdir(), 'tocsin-suricata-'))
  t.teardown(() => rmSync(eveDirectory, { recursive: true }))
  let starting: Promise<EmbeddedSuricata> | undefined
  const onTap = (tapContainerId: string) => {
    starting = startSuricata({
      engine,
      session,
      image: images.sensor,
      tapContainerId,
      eveDirectory,
      ...(rules && { rules }),
      signal,
    })
    starting.catch(() => undefined)
  }
  const sandbox = await sandboxFor(t, { engine, images, session, onTap })
  new Capture(sandbox.capture)
  const suricata = await (starting as unknown as Promise<EmbeddedSuricata>)
  t.teardown(() => suricata[Symbol.asyncDispose]())
  return { sandbox, suricata }
}

type Eve = Record<string, unknown>

/** The complete lines of the log so far. */
function events({ evePath }: EmbeddedSuricata): Eve[] {
  const lines = readFileSync(evePath, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Eve)
}

async function event(suricata: EmbeddedSuricata, wanted: (event: Eve) => boolean): Promise<Eve> {
  const watcher = watch(suricata.evePath)
  try {
    for (;;) {
      const changed = once(watcher, 'change')
      const found = events(suricata).find(wanted)
      if (found) return found
      await changed
    }
  } finally {
    watcher.close()
  }
}

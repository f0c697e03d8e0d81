import { readWhole } from '../../harness/evidence/read.ts'
import { execFile } from 'node:child_process'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import type { RecordedTrial, WholeRecord } from '../../harness/evidence/record.ts'
import { Tocsin, tocsin } from '../cli/tocsin.ts'

const run = promisify(execFile)
const docker = async (...args: string[]) => (await run('docker', args)).stdout.trim()
const noReports = ['--format', 'csv']
/** A ping every tenth of a second is what our own rules call a beacon, whatever its type. */
const usual = [...noReports, '--rules', 'shipped']

/** Names of the containers that a campaign has made, of one role or of all; others may be at work on the engine. */
const containers = (campaign: Tocsin, role?: string) => objects(campaign, ['ps', '-a'], role)
const networks = (campaign: Tocsin) => objects(campaign, ['network', 'ls'])

async function objects({ child }: Tocsin, list: string[], role?: string): Promise<string[]> {
  const format = '{{.Label "tocsin.owner"}}\t{{.Label "tocsin.role"}}\t'
  const name = list[0] === 'ps' ? '{{.Names}}' : '{{.Name}}'
  const lines = await docker(...list, '--filter', 'label=tocsin.session', '--format', format + name)
  return lines.split('\n').flatMap((line) => {
    const [owner = '', itsRole, itsName = ''] = line.split('\t')
    return owner.includes(`"pid":${child.pid},`) && (role === undefined || role === itsRole) ? [itsName] : []
  })
}

/** Scenarios that take about `seconds` each to play, one frame a tenth of a second. */
async function slowLibrary(folder: string, names: readonly string[], seconds: number): Promise<string> {
  await mkdir(join(folder, 'malformed'), { recursive: true })
  for (const name of names) {
    const frames = (type: number) =>
      `    frames:
      - from: client
        note: ICMP message
        layers: [{ ipv4: {} }, { icmp: { type: ${type}, code: 0 } }, { payload: 'slow \${marker}' }]
        repeat: { count: ${seconds * 10}, interval: 100 }`
    await writeFile(
      join(folder, 'malformed', `${name}.yaml`),
      `id: ${name}
title: ICMP messages of an unassigned type, one every tenth of a second
clause: malformed
description: Takes its time, so that something can go wrong meanwhile.
attack: { basis: author }
stimulus:
  generator: packets
  with:
${frames(44)}
control:
  generator: packets
  with:
${frames(8)}
expect:
  alert: [{ layer: packet, rules: { suricata: [2200024] } }]
`,
    )
  }
  return folder
}

async function recordOf(runs: string): Promise<WholeRecord> {
  const [id] = (await readdir(runs)).filter((name) => !name.startsWith('.') && name !== 'latest')
  return readWhole(join(runs, String(id)))
}

const verdicts = (trials: readonly RecordedTrial[], kind: string) =>
  trials.filter((trial) => trial.kind === kind).map(({ verdict }) => verdict)

t.test('kill -9 of the harness at any stage leaves nothing behind after a sweep', async (t) => {
  const library = await slowLibrary(t.testdir(), ['slow-one'], 20)
  for (const stage of [/starting the sandbox/, /playing 1 anomal/, /sentinel\/1/]) {
    const campaign = new Tocsin(['run', '--scenarios', library, '--runs', join(t.testdirName, 'runs'), ...usual])
    await campaign.until(stage)
    campaign.child.kill('SIGKILL')
    t.equal((await campaign.ended).signal, 'SIGKILL')
    const swept = await tocsin(['sweep', '--json'])
    t.equal(swept.code, 0, swept.stderr)
    t.same(await containers(campaign), [], `no container after a kill at ${stage}`)
    t.same(await networks(campaign), [], `no network after a kill at ${stage}`)
  }
})

t.test('Ctrl-C cleans up, writes what there is and exits with 130', async (t) => {
  const library = await slowLibrary(t.testdir(), ['slow-one'], 20)
  const runs = join(t.testdirName, 'runs')
  const campaign = new Tocsin(['run', '--scenarios', library, '--runs', runs, ...usual])
  await campaign.until(/alert after/)
  campaign.child.kill('SIGINT')
  t.equal((await campaign.ended).code, 130)
  t.same(await containers(campaign), [])
  t.same(await networks(campaign), [])
  const { run: record, trials } = await recordOf(runs)
  t.equal(record.incomplete, true)
  t.same(verdicts(trials, 'stimulus'), ['inconclusive'])
})

t.test('Suricata killed in the middle: the rest is inconclusive and the exit code 3', async (t) => {
  const library = await slowLibrary(t.testdir(), ['slow-one', 'slow-two'], 20)
  const runs = join(t.testdirName, 'runs')
  const campaign = new Tocsin(['run', '--scenarios', library, '--runs', runs, ...usual])
  await campaign.until(/alert after/)
  await docker('kill', ...(await containers(campaign, 'sensor')))
  const { code, stderr } = await campaign.ended
  t.equal(code, 3, stderr)
  const { run: record, trials } = await recordOf(runs)
  t.equal(record.incomplete, true)
  t.match(record.problems.join(), /sensor|Suricata/i)
  t.same(verdicts(trials, 'stimulus'), ['inconclusive', 'inconclusive'])
  t.same(verdicts(trials, 'control'), ['inconclusive', 'inconclusive'])
  t.same(await containers(campaign), [])
})

t.test('an actor killed in the middle: its trials are inconclusive, the others are judged', async (t) => {
  const library = await slowLibrary(t.testdir(), ['slow-one'], 3)
  const runs = join(t.testdirName, 'runs')
  // More trials than are played at once, so that some come after the actor's end.
  const campaign = new Tocsin(['run', '--scenarios', library, '--trials', '20', '--runs', runs, ...usual])
  await campaign.until(/alert after/)
  await docker('kill', ...(await containers(campaign, 'client')))
  const { code, stderr } = await campaign.ended
  t.equal(code, 3, stderr)
  const { trials } = await recordOf(runs)
  const stimuli = verdicts(trials, 'stimulus')
  const hit = stimuli.filter((verdict) => verdict === 'inconclusive').length
  const judged = stimuli.filter((verdict) => verdict === 'detected').length
  t.ok(hit > 0, `${hit} inconclusive`)
  t.ok(judged > 0, `${judged} detected`)
  t.equal(hit + judged, 20)
  t.same(await containers(campaign), [])
})

t.test('a Suricata without rules: nothing is detected, and the sentinel says why', async (t) => {
  const library = await slowLibrary(t.testdir(), ['slow-one'], 1)
  const runs = join(t.testdirName, 'runs')
  const { code, stderr } = await tocsin([
    'run',
    '--rules',
    'none',
    '--scenarios',
    library,
    '--runs',
    runs,
    ...noReports,
  ])
  t.equal(code, 1, stderr)
  const { run: record, trials } = await recordOf(runs)
  t.same(verdicts(trials, 'stimulus'), ['logged'])
  t.same(verdicts(trials, 'control'), ['quiet'])
  t.match(record.problems.join(), /sentinel left a record but raised no alert/)
})

t.test('the engine gone in the middle: exit code 3, a whole record, and a sweep once it is back', async (t) => {
  const library = await slowLibrary(t.testdir(), ['slow-one'], 20)
  const runs = join(t.testdirName, 'runs')
  // The path of a socket may have 107 bytes only, too few for a folder of the test's.
  const short = await mkdtemp(join(tmpdir(), 'tocsin-'))
  t.teardown(() => rm(short, { recursive: true }))
  const socket = join(short, 'engine.sock')
  const relay = await relayTo('/var/run/docker.sock', socket)
  t.teardown(() => relay.close())
  const campaign = new Tocsin(['run', '--scenarios', library, '--runs', runs, ...usual], {
    env: { DOCKER_HOST: `unix://${socket}` },
  })
  await campaign.until(/alert after/)
  relay.close()
  const { code, stderr } = await campaign.ended
  t.equal(code, 3, stderr)
  const { run: record, trials } = await recordOf(runs)
  t.equal(record.incomplete, true)
  t.same(verdicts(trials, 'stimulus'), ['inconclusive'])
  await tocsin(['sweep'])
  t.same(await containers(campaign), [])
  t.same(await networks(campaign), [])
})

/** A way to the engine that can be cut: the engine itself goes on for others. */
async function relayTo(engine: string, path: string): Promise<{ close: () => void }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: engine, allowHalfOpen: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

t.test('two campaigns at once on one engine do not hear each other', async (t) => {
  const library = await slowLibrary(t.testdir(), ['slow-one'], 2)
  const both = ['a', 'b'].map((name) => join(t.testdirName, name))
  const ended = await Promise.all(both.map((runs) => tocsin(['run', '--scenarios', library, '--runs', runs, ...usual])))
  for (const [index, { code, stderr }] of ended.entries()) {
    t.equal(code, 0, stderr)
    const { run: record, trials, observations } = await recordOf(String(both[index]))
    t.same(verdicts(trials, 'stimulus'), ['detected'])
    t.same(verdicts(trials, 'control'), ['quiet'])
    const strangers = observations.filter(({ trial, kind }) => trial === null && kind === 'alert')
    t.same(strangers, [], `${record.id} heard no alert of another campaign`)
  }
})

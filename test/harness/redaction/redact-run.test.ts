import { randomBytes } from 'node:crypto'
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { writeManifest } from '../../../harness/attestation/run-manifest.ts'
import { readWhole } from '../../../harness/evidence/read.ts'
import type { WholeRecord } from '../../../harness/evidence/record.ts'
import { writeRecord } from '../../../harness/evidence/write.ts'
import { figures } from '../../../harness/evidence/figures.ts'
import { root, tocsin } from '../../cli/tocsin.ts'
import { sampleRecord } from '../../reports/sample-record.ts'
import { rows } from '../../reports/sample-scenarios.ts'

t.setTimeout(240_000)
const run = promisify(execFile)

const hosts = ['fileserver01.corp.test', 'intranet.corp.test']
const users = ['alice.smith', 'J. Okafor, head of security operations', 'M. Owner', 'K. Approver', 'D. Assessor']

/** A record with every kind of value that is to be redacted, in each place where it can stand. */
function revealing(): WholeRecord {
  const record = sampleRecord({ scenarios: rows.slice(0, 3).concat(rows.slice(-2)) })
  const [first] = record.trials
  if (!first) throw new Error('the sample has no trial')
  const { client, server } = first.identity
  first.reason = `An alert on ${client.ipv4} to ${server.ipv4} (${client.mac}), from ${hosts[0]}.`
  first.proof.process = {
    pid: 7,
    executable: '/home/alice.smith/bin/nc',
    deleted: false,
    arguments: ['nc', server.ipv4, '80', `http://${hosts[1]}/x`],
    parents: ['/usr/bin/bash'],
    container: 'ab'.repeat(32),
    peer: { address: client.ipv4, port: 4000 },
    startedAt: record.run.startedAt,
    endedAt: record.run.endedAt,
    exit: { status: 0, signal: null },
    evidence: 'evidence/process.json',
  }
  record.observations.push({
    monitor: 'suricata',
    kind: 'telemetry',
    layer: 'flow',
    event: 'http',
    at: record.run.startedAt,
    receivedAt: record.run.startedAt,
    rule: null,
    trial: first.id,
    matchedBy: 'flow',
    raw: {
      src_ip: client.ipv4,
      dest_ip: 'fd54:6f63:7369:0000:0000:0000:0000:0003',
      ether: { src_mac: client.mac },
      http: { hostname: hosts[0], url: '/' },
      community_id: '1:IcZrEDNbF9OByD6yhMcr+QRSits=',
      packet: Buffer.from([69, ...client.ipv4.split('.').map(Number)]).toString('base64'),
      SYSCALL: { UID: 'alice.smith', EUID: 'root' },
      [server.ipv4]: 'as a key',
    },
  })
  record.run.problems.push(`The monitor of ${hosts[0]} was slow.`)
  return record
}

async function originalRun(cwd: string): Promise<WholeRecord> {
  const record = revealing()
  const packets = record.trials.flatMap(({ evidence, identity }) =>
    evidence === null ? [] : [{ path: evidence, content: `packets of ${identity.client.ipv4}` }],
  )
  const seen = { trial: 'x', witness: { user: 'alice.smith', peer: record.trials[0]?.identity.client.ipv4 } }
  await writeRecord({ out: join(cwd, 'one-run') }, record, [
    ...packets,
    { path: 'evidence/process.json', content: JSON.stringify(seen) },
  ])
  await writeFile(
    join(cwd, 'exceptions.yaml'),
    `exceptions:\n  - { id: E1, scenario: ${record.run.scenarios[0]?.id}, accepts: [missed], reason: r, owner: M. Owner, approver: K. Approver, approved: 2026-11-01, expires: 2026-12-31, compensatingControl: c, ticket: T }\n`,
  )
  await writeFile(
    join(cwd, 'determinations.yaml'),
    `run: ${record.run.id}\nassessor: { name: D. Assessor, organisation: E., independence: external }\ndetermined: 2026-11-25\ncontrols:\n  - { control: si-4, state: not-satisfied, reason: 'Gaps.' }\n`,
  )
  const inputs = ['--exceptions', 'exceptions.yaml', '--determinations', 'determinations.yaml']
  const made = await tocsin(['report', 'one-run', ...inputs, '--format', 'csv,html'], { cwd })
  if (made.code !== 0) throw new Error(made.stderr)
  await writeManifest(join(cwd, 'one-run'), await readWhole(join(cwd, 'one-run')), record.run.tool.version)
  return record
}

/** Every file of a folder, as text; of a PDF the words on its pages. */
async function texts(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const read = async (file: string) =>
    file.endsWith('.pdf') ? (await run('pdftotext', [file, '-'])).stdout : readFile(file, 'latin1')
  return new Map(
    await Promise.all(files.map(async (file) => [file.slice(folder.length + 1), await read(file)] as const)),
  )
}

t.test('a redacted copy holds none of the original values in any format, and is verified', async (t) => {
  const cwd = t.testdir()
  const original = await originalRun(cwd)
  for (const name of ['soc', 'other']) await tocsin(['keys', name], { cwd })
  t.equal((await tocsin(['sign', 'one-run', '--key', 'soc.key.pem'], { cwd })).code, 0)
  const before = await texts(join(cwd, 'one-run'))
  const { code, stdout, stderr } = await tocsin(['report', 'one-run', '--redact', 'copy'], { cwd })
  t.equal(code, 0, stderr)
  t.match(stdout, /^copy: redacted copy; \d+ values replaced, \d+ files of evidence withheld\n$/)
  t.strictSame(await texts(join(cwd, 'one-run')), before, 'the original stays as it was')

  const files = await texts(join(cwd, 'copy'))
  const addresses = original.trials.flatMap(({ identity: { client, server } }) =>
    [client, server].flatMap(({ ipv4, ipv6, mac }) => [ipv4, ipv6, mac]),
  )
  for (const format of ['html', 'pdf', 'md', 'csv', 'sarif'])
    t.ok(
      [...files.keys()].some((path) => path.startsWith('report.') && path.endsWith(format)),
      `there is a ${format}`,
    )
  const unclean: string[] = []
  for (const [path, text] of files)
    for (const value of [...addresses, ...hosts, ...users, 'alice'])
      if (new RegExp(`(?<![\\w.:])${value.replaceAll('.', String.raw`\.`)}(?![\\d:])`, 'i').test(text))
        unclean.push(`${path}: ${value}`)
  t.strictSame(unclean, [])
  t.notOk(
    [...files.keys()].some((path) => path.endsWith('.pcap')),
    'no packets',
  )

  const copy = await readWhole(join(cwd, 'copy'))
  t.same(copy.run.summary, original.run.summary)
  t.same(
    copy.trials.map(({ id, verdict, met, proof, identity }) => [
      id,
      verdict,
      met,
      proof.frames,
      proof.found,
      identity.marker,
    ]),
    original.trials.map(({ id, verdict, met, proof, identity }) => [
      id,
      verdict,
      met,
      proof.frames,
      proof.found,
      identity.marker,
    ]),
  )
  t.equal(figures(copy).detected.k, figures(original).detected.k)
  const [seen] = copy.observations.slice(-1)
  t.equal(seen?.raw.src_ip, copy.trials[0]?.identity.client.ipv4, 'joins can be read')
  const replaced = new Map(copy.run.redaction?.replaced.map(({ kind, values }) => [kind, values]))
  t.equal(replaced.get('mac'), 2 * original.trials.length)
  for (const kind of ['ipv4', 'ipv6', 'host', 'user', 'flow', 'payload'] as const)
    t.ok((replaced.get(kind) ?? 0) > 0, kind)
  t.match(files.get('report.md'), /redacted copy of run 20261124-093000-3f9a1c, .* IPv4 addresses in \d+ places/)
  t.match(files.get('report.html'), /redacted copy of run 20261124-093000-3f9a1c/)

  const unsigned = await tocsin(['verify', 'copy'], { cwd })
  t.equal(unsigned.code, 0, unsigned.stdout)
  t.match(unsigned.stdout, /redacted copy of run .*; it was signed by [0-9a-f]{64}; that was not checked/)
  t.equal((await tocsin(['sign', 'copy', '--key', 'soc.key.pem'], { cwd })).code, 0)
  const signed = await tocsin(['verify', 'copy', '--key', 'soc.pub.pem'], { cwd })
  t.equal(signed.code, 0, signed.stdout)
  t.match(signed.stdout, /it was signed by [0-9a-f]{64}\n/)
  t.equal((await tocsin(['verify', 'one-run', '--key', 'soc.pub.pem'], { cwd })).code, 0, 'the ledger keeps both apart')
})

t.test('a copy that does not belong to its original is told, and so is an original that has changed', async (t) => {
  const cwd = t.testdir()
  await originalRun(cwd)
  await writeFile(join(cwd, 'key'), randomBytes(32))
  const redact = ['report', 'one-run', '--format', 'csv', '--redact-key', 'key', '--redact-name', 'suricata']
  for (const out of ['copy', 'again']) t.equal((await tocsin([...redact, '--redact', out], { cwd })).code, 0)
  const copies = await Promise.all(['copy', 'again'].map((out) => readFile(join(cwd, out, 'trials.jsonl'), 'utf8')))
  t.equal(copies[0], copies[1], 'the same key gives the same tokens')
  t.notMatch(copies[0], /"monitor":"suricata"/, 'the name that was given is gone')

  const manifest = join(cwd, 'copy', 'original-manifest.json')
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace(/"tool":"[^"]+"/, '"tool":"9"'))
  const changed = await tocsin(['verify', 'copy'], { cwd })
  t.equal(changed.code, 1)
  t.match(changed.stdout, /original-manifest.json is not the manifest that run.json names/)

  await rm(join(cwd, 'again', 'manifest.json'))
  const twice = await tocsin(['report', 'again', '--redact', 'third'], { cwd })
  t.match(twice, { code: 2, stderr: /is a redacted copy already/ })
  await appendFile(join(cwd, 'one-run', 'evidence', 'process.json'), '\n')
  const dirty = await tocsin([...redact, '--redact', 'fourth'], { cwd })
  t.match(dirty, { code: 2, stderr: /has changed since it was written: "evidence\/process.json" was altered/ })
  for (const [args, why] of [
    [['--redact-name', 'x'], /say how --redact/],
    [['--redact', 'fifth', '--redact-key', 'nowhere'], /--redact-key nowhere/],
    [['--redact', join(root, 'package.json')], /is a file/],
  ] as const)
    t.match(await tocsin(['report', 'one-run', ...args], { cwd }), { code: 2, stderr: why })
})

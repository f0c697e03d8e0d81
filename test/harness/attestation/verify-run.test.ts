import { appendFile, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { enterIntoManifest, writeManifest } from '../../../harness/attestation/run-manifest.ts'
import { signRun } from '../../../harness/attestation/sign-run.ts'
import { readLedger } from '../../../harness/attestation/run-ledger.ts'
import { readRecord } from '../../../harness/evidence/read.ts'
import { keyPair, signedRun, tool, verified } from './bundle.ts'

t.setTimeout(240_000)
const soc = keyPair()
const reviewer = keyPair()

t.test('a run that nobody touched is verified, with one signature and with two', async (t) => {
  for (const signers of [[soc], [soc, reviewer]]) {
    const bundle = await signedRun(join(t.testdir(), String(signers.length)), signers)
    const result = await verified(bundle, signers)
    t.strictSame(result.problems, [])
    t.strictSame(result.notes, [])
    t.equal(
      result.files,
      (await readdir(bundle.directory, { recursive: true })).length - 3,
      'all but two files and a folder',
    )
    t.equal((await readLedger(bundle.ledger))?.entries.length, 1, 'a second signature is no second run')
  }
})

t.test('each of 1,000 random changes of one byte is found, wherever it is', async (t) => {
  const signers = [soc, reviewer]
  const bundle = await signedRun(t.testdir(), signers)
  const entries = await readdir(bundle.directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  files.push(bundle.ledger)
  const bytes = new Map(await Promise.all(files.map(async (file) => [file, await readFile(file)] as const)))
  const changes = fc.tuple(
    fc.nat(files.length - 1),
    fc.double({ min: 0, max: 0.999999, noNaN: true }),
    fc.integer({ min: 1, max: 255 }),
  )
  let found = 0
  const unnoticed: string[] = []
  for (const [index, share, flip] of fc.sample(changes, 1000)) {
    const file = files[index] ?? ''
    const whole = bytes.get(file) ?? Buffer.alloc(0)
    const at = Math.floor(share * whole.length)
    const changed = Buffer.from(whole)
    changed[at] = (changed[at] ?? 0) ^ flip
    await writeFile(file, changed)
    const { problems } = await verified(bundle, signers)
    if (problems.length > 0) found += 1
    else unnoticed.push(`${file} byte ${at} xor ${flip}`)
    await writeFile(file, whole)
  }
  t.strictSame(unnoticed, [])
  t.equal(found, 1000)
  t.strictSame((await verified(bundle, signers)).problems, [], 'and put back, it is verified')
})

t.test('what was taken away, added, moved or replaced is named', async (t) => {
  const cases: [string, RegExp, (directory: string, ledger: string) => Promise<unknown>][] = [
    ['a report is missing', /"report.csv" is missing/, (at) => rm(join(at, 'report.csv'))],
    ['a file more', /"note.txt" is there, but is not in the manifest/, (at) => writeFile(join(at, 'note.txt'), 'x')],
    [
      'a file more in a folder more',
      /"more\/x" is there/,
      (at) => mkdir(join(at, 'more')).then(() => writeFile(join(at, 'more', 'x'), '')),
    ],
    ['an empty folder more', /more: is an empty folder/, (at) => mkdir(join(at, 'more'))],
    ['a link', /neither a file nor a folder/, (at) => symlink('/etc/hostname', join(at, 'link'))],
    ['a longer file', /"trials.jsonl" was altered: \d+ bytes/, (at) => appendFile(join(at, 'trials.jsonl'), '\n')],
    ['a private key', /is a private key/, (at) => writeFile(join(at, 'k'), '-----BEGIN PRIVATE KEY-----\n')],
    ['no signature', /it is not signed/, (at) => rm(join(at, 'attestation.dsse.json'))],
    ['no manifest', /there is no manifest.json/, (at) => rm(join(at, 'manifest.json'))],
    ['no ledger', /there is no ledger/, (_, ledger) => rm(ledger)],
    ['an empty ledger', /the ledger has no run/, (_, ledger) => writeFile(ledger, '')],
    [
      'a moved file',
      /is missing.*is there, but is not in the manifest/,
      (at) => rename(join(at, 'report.csv'), join(at, 'report.tsv')),
    ],
  ]
  for (const [index, [name, expected, change]] of cases.entries()) {
    const bundle = await signedRun(join(t.testdir(), String(index)), [soc])
    await change(bundle.directory, bundle.ledger)
    t.match((await verified(bundle, [soc])).problems.join(' '), expected, name)
  }
})

t.test('only the keys that were given may have signed, and all of them must have', async (t) => {
  const folder = t.testdir()
  const bundle = await signedRun(join(folder, 'one'), [soc])
  const twice = await signedRun(join(folder, 'two'), [soc, reviewer])
  t.match((await verified(bundle, [reviewer])).problems.join(' '), /which was not given.*not signed by key/)
  t.match((await verified(bundle, [soc, reviewer])).problems.join(' '), /^not signed by key [0-9a-f]{64}$/)
  t.match((await verified(twice, [soc])).problems.join(' '), /which was not given/)
  await t.rejects(signRun(twice.directory, soc.privateKey, twice.ledger, tool), /has signed it already/)
})

t.test('a run that has changed gets no second signature', async (t) => {
  const bundle = await signedRun(t.testdir(), [soc])
  await writeFile(join(bundle.directory, 'note.txt'), 'x')
  await t.rejects(
    signRun(bundle.directory, reviewer.privateKey, bundle.ledger, tool),
    /has changed since it was signed/,
  )
})

t.test('an honest signature under a report that the record does not give is found', async (t) => {
  const bundle = await signedRun(t.testdir(), [])
  await writeFile(join(bundle.directory, 'report.csv'), 'everything was detected\n')
  await signRun(bundle.directory, soc.privateKey, bundle.ledger, tool)
  t.strictSame((await verified(bundle, [soc])).problems, ['report.csv is not what the record gives'])
})

t.test('figures that the trials do not give are refused when signing and when verifying', async (t) => {
  const bundle = await signedRun(t.testdir(), [soc])
  const file = join(bundle.directory, 'run.json')
  await writeFile(file, (await readFile(file, 'utf8')).replace(/"detected": \d+/, '"detected": 99'))
  t.match((await verified(bundle, [soc])).problems.join(' '), /summary.detected is 99/)
  await t.rejects(signRun(bundle.directory, reviewer.privateKey, bundle.ledger, tool), /contradicts itself/)
})

t.test('packets that a trial names and that are not there are told', async (t) => {
  const bundle = await signedRun(t.testdir(), [])
  await rm(join(bundle.directory, 'evidence'), { recursive: true })
  await signRun(bundle.directory, soc.privateKey, bundle.ledger, tool)
  t.match((await verified(bundle, [soc])).problems[0], /^the packets of trial .+ are missing: evidence\//)
})

/** The same without a signature: a manifest alone, as every run has it. */
async function unsignedRun(folder: string) {
  const bundle = await signedRun(folder, [])
  await writeManifest(bundle.directory, await readRecord(bundle.directory), tool)
  return bundle
}

t.test('a run that nobody signed is checked by its manifest, and is never called signed', async (t) => {
  const bundle = await unsignedRun(t.testdir())
  const whole = await verified(bundle, [], { ledger: { path: bundle.ledger, isRequired: false } })
  t.match(whole, { isSigned: false, problems: [], notes: [] })
  t.match((await verified(bundle, [soc])).problems.join(' '), /it is not signed/, 'with a key it must be')
  await signRun(bundle.directory, soc.privateKey, bundle.ledger, tool)
  t.match(await verified(bundle, [soc]), { isSigned: true, problems: [] })
  await t.rejects(verified(bundle, []), { code: 'BAD_INPUT', message: /is signed; verify needs --key/ })
})

t.test('a change since a run was written is found without a signature, and is not signed over', async (t) => {
  const bundle = await unsignedRun(t.testdir())
  const options = { ledger: { path: bundle.ledger, isRequired: false } }
  for (const entry of await readdir(bundle.directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const whole = await readFile(file)
    const changed = Buffer.from(whole)
    changed[whole.length >> 1] = (whole[whole.length >> 1] ?? 0) ^ 1
    await writeFile(file, changed)
    t.not((await verified(bundle, [], options)).problems.length, 0, entry.name)
    await t.rejects(signRun(bundle.directory, soc.privateKey, bundle.ledger, tool), { code: 'BAD_INPUT' }, entry.name)
    await writeFile(file, whole)
  }
  t.strictSame((await verified(bundle, [], options)).problems, [])
})

t.test('reports written again are entered into the manifest, and nothing else is', async (t) => {
  const bundle = await unsignedRun(t.testdir())
  const options = { ledger: { path: bundle.ledger, isRequired: false } }
  await writeFile(join(bundle.directory, 'report.json'), '{}')
  const [pcap = ''] = await readdir(join(bundle.directory, 'evidence'))
  await writeFile(join(bundle.directory, 'evidence', pcap), 'other packets')
  t.ok(await enterIntoManifest(bundle.directory, ['report.json']))
  t.strictSame((await verified(bundle, [], options)).problems.length, 1, 'the packets are told')
  t.match((await verified(bundle, [], options)).problems, [/^"evidence\/.+" was altered/])
  const signed = await signedRun(join(t.testdirName, 'signed'), [soc])
  t.notOk(await enterIntoManifest(signed.directory, ['report.csv']), 'a signed manifest stays as it is')
})

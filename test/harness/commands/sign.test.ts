import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { writeRecord } from '../../../harness/evidence/write.ts'
import { tocsin } from '../../cli/tocsin.ts'
import { sampleRecord } from '../../reports/sample-record.ts'
import { rows } from '../../reports/sample-scenarios.ts'

t.test('reports say UNSIGNED until the run is signed, and then by which key', async (t) => {
  const cwd = t.testdir()
  const record = sampleRecord({ scenarios: rows.slice(-3) })
  const packets = record.trials.flatMap(({ evidence, id }) =>
    evidence === null ? [] : [{ path: evidence, content: id }],
  )
  const directory = await writeRecord({ out: join(cwd, 'one-run') }, record, packets)
  const read = (file: string) => readFile(join(directory, file), 'utf8')
  const formats = 'html,markdown,csv'
  t.equal((await tocsin(['report', 'one-run', '--format', formats], { cwd })).code, 0)
  t.match(await read('report.html'), /<strong>UNSIGNED<\/strong>/)
  t.match(await read('report.md'), '**UNSIGNED**')

  t.equal((await tocsin(['keys', 'soc'], { cwd })).code, 0)
  const signed = await tocsin(['sign', 'one-run', '--key', 'soc.key.pem', '--json'], { cwd })
  t.equal(signed.code, 0, signed.stderr)
  const { keyId } = JSON.parse(signed.stdout) as { keyId: string }
  t.match(JSON.parse(await read('signing.json')), { keyId, signedAt: /^\d{4}-/ })
  const html = await read('report.html')
  t.match(html, `by key ${keyId.slice(0, 16)}`)
  t.match(html, keyId, 'the whole id under Integrity')
  t.notMatch(html, /UNSIGNED/)
  t.match(await read('report.md'), new RegExp(`Signed \\d{4}-\\d\\d-\\d\\d by key ${keyId.slice(0, 16)}`))
  const verified = await tocsin(['verify', 'one-run', '--key', 'soc.pub.pem'], { cwd })
  t.equal(verified.code, 0, verified.stdout)

  const before = [html, await read('report.md')]
  await tocsin(['report', 'one-run', '--format', formats], { cwd })
  t.ok(html === (await read('report.html')) && before[1] === (await read('report.md')), 'made again, the same bytes')

  await rm(join(directory, 'attestation.dsse.json'))
  const stripped = await tocsin(['verify', 'one-run'], { cwd })
  t.equal(stripped.code, 1)
  t.match(stripped.stdout, `the reports name key ${keyId}, which has not signed`)
  await writeFile(join(directory, 'signing.json'), '{}\n')
  t.match(
    (await tocsin(['report', 'one-run', '--format', 'csv'], { cwd })).stderr,
    'signing.json: was not written by Tocsin',
  )
})

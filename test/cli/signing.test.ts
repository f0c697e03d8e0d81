import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { writeRecord } from '../../harness/evidence/write.ts'
import { makeAuthority } from '../harness/attestation/authority.ts'
import { sampleRecord } from '../reports/sample-record.ts'
import { rows } from '../reports/sample-scenarios.ts'
import { tocsin } from './tocsin.ts'

t.setTimeout(240_000)

t.test('four eyes, a time stamp from elsewhere and Sigstore bundles, all the way', async (t) => {
  const cwd = t.testdir()
  const record = sampleRecord({ scenarios: rows.slice(0, 2) })
  const trials = record.trials.map((trial) => ({ ...trial, evidence: null }))
  await writeRecord({ out: join(cwd, 'one-run') }, { ...record, trials })
  const type = (line: string) => tocsin(line.split(' '), { cwd })
  for (const name of ['soc', 'reviewer']) await type(`keys ${name}`)

  t.match(await type('sign one-run'), { code: 2, stderr: /sign needs --key/ })
  for (const early of ['--sigstore', '--timestamp-request early.tsq'])
    t.match(await type(`sign one-run ${early}`), { code: 2, stderr: /is not signed; sign it with --key first/ }, early)

  for (const name of ['soc', 'reviewer']) t.equal((await type(`sign one-run --key ${name}.key.pem`)).code, 0)
  for (const [keys, expected] of [
    ['--key soc.pub.pem --key reviewer.pub.pem', 0],
    ['--key soc.pub.pem', 1],
    ['--key reviewer.pub.pem', 1],
  ] as const)
    t.equal((await type(`verify one-run ${keys}`)).code, expected, keys)
  const both = 'verify one-run --key soc.pub.pem,reviewer.pub.pem'

  const asked = await type('sign one-run --sigstore --timestamp-request run.tsq')
  t.equal(asked.code, 0, asked.stderr)
  t.match(asked.stdout, /^bundle {4}attestation\.[0-9a-f]{16}\.sigstore\.json\nbundle .*\nrequest {3}run.tsq; /)
  t.match(await type('sign one-run --timestamp-request run.tsq'), { code: 2, stderr: /is there already/ })
  t.match(await type(both), { code: 0, stdout: /a time stamp was asked for/ })

  const authority = await makeAuthority(join(cwd, 'tsa'))
  await copyFile(join(cwd, 'one-run', 'timestamp.tsq'), join(cwd, 'asked.tsq'))
  const reply = await authority.reply(await readFile(join(cwd, 'asked.tsq')))
  await copyFile(reply, join(cwd, 'run.tsr'))
  const attached = await type('sign one-run --timestamp run.tsr --json')
  t.equal(attached.code, 0, attached.stderr)
  t.match(JSON.parse(attached.stdout), { timestamp: /^\d{4}-.*Z$/ })
  t.match(await type(both), { code: 0, stdout: /time stamp was not checked: give the certificate/ })
  t.match(await type(`${both} --tsa-cert tsa/ca.pem`), { code: 0, stdout: /stamped 20\S+Z by CN=Test tsa/ })
  t.match(await type(`${both} --tsa-cert soc.pub.pem`), { code: 2, stderr: /soc.pub.pem: holds no certificate/ })
  const stranger = await makeAuthority(join(cwd, 'stranger'))
  t.match(await type(`${both} --tsa-cert ${stranger.root}`), {
    code: 1,
    stdout: /the time stamp: its signature does not hold/,
  })

  await type('keys third')
  t.match(await type('sign one-run --key third.key.pem'), { code: 2, stderr: /sign first and stamp last/ })
  t.match(await type('sign one-run --timestamp run.tsr --key soc.key.pem'), { code: 2, stderr: /give it alone/ })
  const elsewhere = await stranger.reply(await readFile(join(cwd, 'run.tsq')))
  t.match(
    await type(`sign one-run --timestamp ${elsewhere}`),
    { code: 0, stderr: '' },
    'whoever stamps is checked by verify',
  )
  t.match(await type(`${both} --tsa-cert tsa/ca.pem`), { code: 1, stdout: /the time stamp: / })
  await copyFile(reply, join(cwd, 'one-run', 'timestamp.tsr'))

  for (const name of (await readdir(join(cwd, 'one-run'))).filter((one) =>
    /^(attestation|timestamp|manifest|run|trials)/.test(one),
  )) {
    const file = join(cwd, 'one-run', name)
    const whole = await readFile(file)
    const changed = Buffer.from(whole)
    changed[whole.length >> 1] = (whole[whole.length >> 1] ?? 0) ^ 1
    await writeFile(file, changed)
    t.equal((await type(`${both} --tsa-cert tsa/ca.pem`)).code, 1, name)
    await writeFile(file, whole)
  }
  t.equal((await type(`${both} --tsa-cert tsa/ca.pem`)).code, 0, 'and put back, it is verified')
})

import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import {
  certificatesIn,
  checkTimeStamp,
  nonceOf,
  type TimeStampCheck,
  timeStampRequest,
} from '../../../harness/attestation/time-stamp.ts'
import { type Authority, makeAuthority } from './authority.ts'

t.setTimeout(120_000)
const run = promisify(execFile)
const bytes = Buffer.from('the signatures of a run')
const minute = 60_000

async function stamped(authority: Authority, nonce?: Uint8Array) {
  const request = timeStampRequest(bytes, nonce)
  const reply = await readFile(await authority.reply(request))
  const trusted = certificatesIn(await readFile(authority.root, 'utf8'))
  const check: TimeStampCheck = { bytes, request, trusted, notBefore: Date.now() - minute, now: Date.now() }
  return { request, reply, check }
}

t.test('OpenSSL reads the request and its reply is checked, also by OpenSSL', async (t) => {
  const authority = await makeAuthority(join(t.testdir(), 'tsa'))
  const { request, reply, check } = await stamped(authority)
  const { stdout } = await run('openssl', ['ts', '-query', '-in', join(authority.folder, 'reply.tsq'), '-text'])
  t.match(stdout, /Hash Algorithm: sha256/)
  t.match(stdout, new RegExp(`Nonce: 0x${Buffer.from(nonceOf(request, bytes)).toString('hex')}`, 'i'))
  t.match(stdout, /Certificate required: yes/)
  const stamp = await checkTimeStamp(reply, check)
  t.equal(stamp.authority, 'CN=Test tsa')
  t.ok(Math.abs(stamp.time - Date.now()) < minute)
  await writeFile(join(authority.folder, 'data'), bytes)
  const verified = await run('openssl', ['ts', '-verify', '-in', 'reply.tsr', '-data', 'data', '-CAfile', 'ca.pem'], {
    cwd: authority.folder,
  })
  t.match(verified.stdout + verified.stderr, /Verification: OK/)
})

t.test('the certificate may be named by any digest', async (t) => {
  for (const certificateDigest of ['sha1', 'sha512']) {
    const { reply, check } = await stamped(
      await makeAuthority(join(t.testdirName, certificateDigest), { certificateDigest }),
    )
    t.equal((await checkTimeStamp(reply, check)).authority, 'CN=Test tsa', certificateDigest)
  }
})

t.test('what does not hold is told', async (t) => {
  const folder = t.testdir()
  const authority = await makeAuthority(join(folder, 'tsa'))
  const stranger = await makeAuthority(join(folder, 'stranger'))
  const { reply, check } = await stamped(authority)
  const other = await readFile(stranger.root, 'utf8')
  const cases: [string, Partial<TimeStampCheck>, RegExp][] = [
    ['over something else', { bytes: Buffer.from('other'), request: null }, /over something else/],
    ['to another request', { request: timeStampRequest(bytes) }, /nonce is not that of the request/],
    ['a request over something else', { request: timeStampRequest(Buffer.from('other')) }, /not one that Tocsin made/],
    ['an authority that is not trusted', { trusted: certificatesIn(other) }, /signature does not hold/],
    ['before the run had ended', { notBefore: Date.now() + 60 * minute }, /before the run had ended/],
    ['from the future', { now: Date.now() - 60 * minute }, /yet to come/],
  ]
  for (const [name, changes, expected] of cases)
    await t.rejects(checkTimeStamp(reply, { ...check, ...changes }), { code: 'BAD_INPUT', message: expected }, name)
  await t.rejects(checkTimeStamp(Buffer.from('no reply'), check), /no reply to a request/)
  await t.rejects(checkTimeStamp(Buffer.concat([reply, Buffer.from([0])]), check), /no reply to a request/)
  const refused = await authority
    .reply(Buffer.from(timeStampRequest(bytes)).subarray(0, 20), 'refused')
    .then((file) => readFile(file))
  await t.rejects(checkTimeStamp(refused, check), /did not grant it/)
  const expired = await stamped(await makeAuthority(join(folder, 'expired'), { days: -1 }))
  await t.rejects(
    checkTimeStamp(expired.reply, expired.check),
    /signature does not hold/,
    'a certificate that has run out',
  )
  t.throws(() => certificatesIn('nothing'), /no certificate/)
})

t.test('no byte of a reply can be changed so that it says something else', async (t) => {
  const { reply, check } = await stamped(await makeAuthority(join(t.testdir(), 'tsa')))
  const { time, authority } = await checkTimeStamp(reply, check)
  const unnoticed: string[] = []
  for (const [at, flip] of fc.sample(fc.tuple(fc.nat(reply.length - 1), fc.integer({ min: 1, max: 255 })), 400)) {
    const changed = Buffer.from(reply)
    changed[at] = (changed[at] ?? 0) ^ flip
    const result = await checkTimeStamp(changed, check).catch((error: Error & { code?: string }) => error)
    if (result instanceof Error)
      t.equal((result as { code?: string }).code, 'BAD_INPUT', `byte ${at}: ${result.message}`)
    else unnoticed.push(`${at} of ${reply.length} xor ${flip}: ${reply[at]}`)
    if (!(result instanceof Error)) t.match(result, { time, authority })
  }
  t.strictSame(unnoticed, [])
})

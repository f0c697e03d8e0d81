import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleFromJSON } from '@sigstore/bundle'
import { toSignedEntity, Verifier } from '@sigstore/verify'
import t from 'tap'
import { writeBundles } from '../../../harness/attestation/beside.ts'
import { keyIdOf } from '../../../harness/attestation/signing-key.ts'
import { keyPair, type Pair, signedRun, verified } from './bundle.ts'

const [soc, reviewer] = [keyPair(), keyPair()]

/** Sigstore's own check of a bundle, by public keys alone: no log, no authority. */
function sigstoreVerifies(text: string, keys: readonly Pair[]): void {
  const bundle = bundleFromJSON(JSON.parse(text))
  const material = {
    certificateAuthorities: [],
    timestampAuthorities: [],
    tlogs: [],
    ctlogs: [],
    publicKey: (hint: string) => {
      const known = keys.find(({ publicKey }) => keyIdOf(publicKey) === hint)
      if (!known) throw new Error(`no key for ${hint}`)
      return { publicKey: known.publicKey, validFor: () => true }
    },
  }
  const verifier = new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 })
  verifier.verify(toSignedEntity(bundle))
}

t.test("Sigstore's own library reads each bundle and verifies its signature", async (t) => {
  const run = await signedRun(t.testdir(), [soc, reviewer])
  const names = await writeBundles(run.directory)
  t.equal(names.length, 2, 'one for each signature')
  for (const name of names) {
    const text = await readFile(join(run.directory, name), 'utf8')
    t.doesNotThrow(() => sigstoreVerifies(text, [soc, reviewer]), name)
    t.throws(() => sigstoreVerifies(text, [keyPair()]), /no key for/)
    const { dsseEnvelope } = JSON.parse(text) as { dsseEnvelope: { payload: string } }
    const other = Buffer.from(
      Buffer.from(dsseEnvelope.payload, 'base64').toString().replace('manifest', 'manifesto'),
    ).toString('base64')
    t.throws(() => sigstoreVerifies(text.replace(dsseEnvelope.payload, other), [soc, reviewer]), 'another payload')
  }
  t.strictSame((await verified(run, [soc, reviewer])).problems, [])
})

t.test('a bundle that is not of this run is found', async (t) => {
  const run = await signedRun(t.testdir(), [soc])
  const [name = ''] = await writeBundles(run.directory)
  const file = join(run.directory, name)
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('tlogEntries', 'tlogEntry'))
  t.match((await verified(run, [soc])).problems, [/is not the bundle of a signature of this run/])
  await writeFile(file, text)
  await writeFile(join(run.directory, 'attestation.0123456789abcdef.sigstore.json'), text)
  t.match((await verified(run, [soc])).problems, [/0123456789abcdef.* is not the bundle/])
  await t.rejects(writeBundles(t.testdirName), /is not signed/)
})

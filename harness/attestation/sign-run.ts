import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { canonicalJson } from '../evidence/canonical-json.ts'
import { readRecord } from '../evidence/read.ts'
import type { CampaignRecord } from '../evidence/record.ts'
import { writeReports } from '../evidence/write.ts'
import { checkNotStamped } from './beside.ts'
import { addSignature, type Envelope, envelopeText, newEnvelope, parseEnvelope, payloadOf } from './envelope.ts'
import { envelopeName, makeManifest, type Manifest, manifestName, manifestText } from './manifest.ts'
import { fileProblems, readManifest } from './run-manifest.ts'
import { addToLedger } from './run-ledger.ts'
import { keyIdOf } from './signing-key.ts'
import { statementOf } from './statement.ts'

/** What signing gave. */
export interface Signed {
  run: string
  /** SHA-256 of `manifest.json`, hex. */
  manifest: string
  files: number
  keyId: string
  signatures: number
  /** SHA-256 of the ledger's last line, hex. */
  head: string
}

/** Writes what is to be signed with the key in view: the note of who signs, and the reports that name him. */
export type Prepare = (record: CampaignRecord, keyId: string) => Promise<void>

/**
 * Signs a run folder: writes its manifest and an envelope, and adds the run to the ledger. A folder that is signed already
 * and has not changed gets one signature more; the manifest then stays as it is.
 * @param prepare called before the first signature, when the folder has been found as it was written
 * @throws InputError when the record is broken, the folder has changed since, or the key has signed before
 */
export async function signRun(
  directory: string,
  privateKey: KeyObject,
  ledger: string,
  tool: string,
  prepare?: Prepare,
): Promise<Signed> {
  const record = await readRecord(directory)
  const keyId = keyIdOf(createPublicKey(privateKey))
  await checkNotStamped(directory)
  const before = await readEnvelope(directory)
  let manifest = await makeManifest(directory, record, tool)
  const written = before ? null : await readManifest(directory)
  const [changed] = written ? changes(written, manifest) : []
  if (changed !== undefined)
    throw new InputError(
      `${directory}: has changed since it was written: ${changed}; \`tocsin verify\` says what else. To sign it as it is now, remove ${manifestName} first`,
    )
  if (!before && prepare) {
    await prepare(record, keyId)
    manifest = await makeManifest(directory, record, tool)
  }
  const text = manifestText(manifest)
  const digest = createHash('sha256').update(text).digest('hex')
  const payload = canonicalJson(statementOf(record, digest))
  if (before && payloadOf(before) !== payload)
    throw new InputError(
      `${directory}: has changed since it was signed; \`tocsin verify\` says where. To sign it as it is now, remove ${manifestName} and ${envelopeName} first`,
    )
  if (before?.signatures.some(({ keyid }) => keyid === keyId))
    throw new InputError(
      `${directory}: this key (${keyId}) has signed it already; a second signature needs another key`,
    )
  const envelope = addSignature(before ?? newEnvelope(payload), privateKey)
  await writeReports(directory, [
    { path: manifestName, content: text },
    { path: envelopeName, content: envelopeText(envelope) },
  ])
  const head = await addToLedger(ledger, record.run.id, digest)
  const { length } = manifest.files
  return { run: record.run.id, manifest: digest, files: length, keyId, signatures: envelope.signatures.length, head }
}

/** Another version of Tocsin may count more figures; the files are the same all the same. */
function changes(written: Manifest, now: Manifest): string[] {
  const files = fileProblems(written, now.files)
  const isSame = written.tool !== now.tool || manifestText(written) === manifestText(now)
  return files.length > 0 || isSame ? files : [`${manifestName} was altered`]
}

async function readEnvelope(directory: string): Promise<Envelope | null> {
  const file = join(directory, envelopeName)
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null
    throw new InputError(`cannot read ${file}: ${cause.message}`, { cause })
  })
  if (text === null) return null
  const envelope = parseEnvelope(text)
  if (!envelope) throw new InputError(`${file}: is no envelope that Tocsin wrote; remove it to sign anew`)
  return envelope
}

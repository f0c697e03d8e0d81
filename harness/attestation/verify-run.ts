import { createHash, type KeyObject } from 'node:crypto'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError, TocsinError } from '../errors.ts'
import { canonicalJson } from '../evidence/canonical-json.ts'
import { readRecord } from '../evidence/read.ts'
import type { CampaignRecord } from '../evidence/record.ts'
import { type BesideOptions, checkBeside } from './beside.ts'
import { parseEnvelope, payloadOf, signatureProblems } from './envelope.ts'
import { envelopeName, listFiles, type Manifest, manifestName, parseManifest, signedFigures } from './manifest.ts'
import { checkOriginal, originalEnvelopeName, originalManifestName } from './original.ts'
import { fileProblems } from './run-manifest.ts'
import { newestOf, readLedger } from './run-ledger.ts'
import { readSigningNote, signingNoteName } from './signing-note.ts'
import { statementOf } from './statement.ts'

/** What to hold a run folder against. */
export interface VerifyOptions {
  /** Public keys; each must have signed, and nobody else may have. None: the run must be unsigned, and only its files are checked. */
  keys: readonly KeyObject[]
  /** The ledger's path. `isRequired`: its absence is a problem. */
  ledger: { path: string; isRequired: boolean }
  /** A head of the ledger that was published before, hex: it must be one of its lines. */
  head?: string | undefined
  /** Time stamps, and what they are checked with. */
  beside: BesideOptions
  /** Version of this Tocsin. */
  tool: string
  /** Makes the reports again; their content by path. Those it does not give are not compared. */
  remake: (record: CampaignRecord) => Promise<{ path: string; content: string | Uint8Array }[]>
}

/** The result. When `problems` is empty, what is there is what was written; who wrote it is known when it is signed too. */
export interface Verification {
  /** Whether there is a signature; whether it holds is told by `problems`. */
  isSigned: boolean
  run: string | null
  /** SHA-256 of the manifest as found, hex. */
  manifest: string | null
  files: number
  bytes: number
  /** What does not hold, a sentence each. */
  problems: string[]
  /** What could not be checked, a sentence each. */
  notes: string[]
}

/** Files larger than this are no manifest or envelope of ours, bytes. */
const largest = 256 * 1024 * 1024

/**
 * Checks a run folder: signatures, every file, every figure, the reports made again, and the ledger.
 * @throws InputError when it is signed and no key was given
 */
export async function verifyRun(directory: string, options: VerifyOptions): Promise<Verification> {
  const result: Verification = {
    isSigned: false,
    run: null,
    manifest: null,
    files: 0,
    bytes: 0,
    problems: [],
    notes: [],
  }
  const payload = await checkEnvelope(directory, options.keys, result)
  await checkSigner(directory, result)
  const manifest = await checkManifest(directory, result)
  if (manifest) await checkFiles(directory, manifest, result)
  const isLedgerAsked = result.isSigned || options.keys.length > 0 || options.ledger.isRequired
  if (manifest && result.manifest && (isLedgerAsked || options.head !== undefined))
    await checkLedger(manifest.run, result.manifest, options, result)
  const record = await checkedRecord(directory, result)
  if (record && manifest && result.manifest) {
    if (manifest.run !== record.run.id)
      result.problems.push(`${manifestName} is of run ${manifest.run}, run.json of ${record.run.id}`)
    checkFigures(record, manifest, payload, options, result)
    checkEvidence(record, manifest, result)
    await checkRedaction(directory, record, options, result)
    const beside = await attempt(() => checkBeside(directory, record, options.beside), result)
    result.problems.push(...(beside?.problems ?? []))
    result.notes.push(...(beside?.notes ?? []))
    await checkReports(record, manifest, options, result)
  }
  return result
}

async function checkEnvelope(
  directory: string,
  keys: readonly KeyObject[],
  result: Verification,
): Promise<string | null> {
  const { problems } = result
  const text = await readSmall(join(directory, envelopeName))
  if (text === null) {
    if (keys.length > 0) problems.push(`it is not signed: there is no ${envelopeName}`)
    return null
  }
  result.isSigned = true
  if (keys.length === 0)
    throw new InputError(
      `${directory}: is signed; verify needs --key <file>: the public key, from its owner and not from the folder`,
    )
  const envelope = parseEnvelope(text)
  if (!envelope) {
    problems.push(`${envelopeName} is no envelope, or was written by something else`)
    return null
  }
  problems.push(...signatureProblems(envelope, keys))
  return payloadOf(envelope)
}

/** The reports name the key of the note, so it must be one that has signed. */
async function checkSigner(directory: string, result: Verification): Promise<void> {
  const note = await attempt(() => readSigningNote(directory), result)
  if (!note) return
  const text = await readSmall(join(directory, envelopeName))
  const signers = (text === null ? null : parseEnvelope(text))?.signatures.map(({ keyid }) => keyid) ?? []
  if (!signers.includes(note.keyId))
    result.problems.push(`${signingNoteName} and the reports name key ${note.keyId}, which has not signed`)
}

async function checkManifest(directory: string, result: Verification): Promise<Manifest | null> {
  const text = await readSmall(join(directory, manifestName))
  const manifest = text === null ? null : parseManifest(text)
  if (text === null) result.problems.push(`there is no ${manifestName}`)
  else if (!manifest) result.problems.push(`${manifestName} is no manifest, or not in canonical form`)
  result.manifest = text === null ? null : createHash('sha256').update(text).digest('hex')
  result.run = manifest?.run ?? null
  return manifest
}

async function checkFiles(directory: string, manifest: Manifest, result: Verification): Promise<void> {
  const found = await attempt(() => listFiles(directory), result)
  if (!found) return
  result.files = found.length
  result.bytes = found.reduce((sum, { size }) => sum + size, 0)
  result.problems.push(...fileProblems(manifest, found))
}

async function checkLedger(run: string, digest: string, options: VerifyOptions, result: Verification): Promise<void> {
  const { path, isRequired } = options.ledger
  const ledger = await attempt(() => readLedger(path), result)
  if (!ledger) {
    const missing = `there is no ledger at ${path}`
    if (isRequired || options.head !== undefined) result.problems.push(missing)
    else result.notes.push(`${missing}: whether runs were removed was not checked`)
    return
  }
  if (ledger.broken) result.problems.push(ledger.broken)
  const newest = newestOf(ledger, run)
  if (!newest) result.problems.push(`the ledger has no run ${run}`)
  else if (newest.manifest !== digest)
    result.problems.push(`the ledger has another manifest of run ${run}: ${newest.manifest}`)
  const earlier = ledger.entries.filter((entry) => entry.run === run).length - 1
  if (earlier > 0)
    result.notes.push(`the run was signed ${earlier + 1} times with different content; this is the newest`)
  if (options.head !== undefined && !ledger.digests.includes(options.head))
    result.problems.push(`the ledger has no line with the digest ${options.head}: lines were removed or rewritten`)
}

async function checkedRecord(directory: string, result: Verification): Promise<CampaignRecord | null> {
  return (await attempt(() => readRecord(directory), result)) ?? null
}

/** Counts everything again. Another version of Tocsin may count more, so that its difference says nothing. */
function checkFigures(
  record: CampaignRecord,
  manifest: Manifest,
  payload: string | null,
  { tool }: VerifyOptions,
  result: Verification,
): void {
  const again = [
    ['figures in the manifest', canonicalJson(manifest.figures), canonicalJson(signedFigures(record))],
    ['signed statement', payload, canonicalJson(statementOf(record, result.manifest ?? ''))],
  ]
  for (const [what, signed, counted] of again) {
    if (signed === null || signed === counted) continue
    if (manifest.tool === tool || what === 'signed statement')
      result.problems.push(`the ${what} is not what the trials give`)
    else result.notes.push(`the ${what} differ; they were made by Tocsin ${manifest.tool}, this is ${tool}`)
  }
}

async function checkRedaction(
  directory: string,
  record: CampaignRecord,
  options: VerifyOptions,
  { problems, notes }: Verification,
): Promise<void> {
  const brought = {
    manifest: await readSmall(join(directory, originalManifestName)),
    envelope: await readSmall(join(directory, originalEnvelopeName)),
  }
  const original = checkOriginal(record, brought, options)
  problems.push(...original.problems)
  notes.push(...original.notes)
}

function checkEvidence({ run, trials }: CampaignRecord, { files }: Manifest, { problems }: Verification): void {
  const listed = new Map([...files, ...(run.redaction?.withheld ?? [])].map(({ path, sha256 }) => [path, sha256]))
  for (const { id, evidence } of trials)
    if (evidence !== null && !listed.has(evidence)) problems.push(`the packets of trial ${id} are missing: ${evidence}`)
  for (const { id, console } of trials)
    if (console?.screenshot && listed.get(console.screenshot) !== console.sha256)
      problems.push(`the picture of the console for trial ${id} is not the one that the record names`)
}

async function checkReports(
  record: CampaignRecord,
  manifest: Manifest,
  { remake, tool }: VerifyOptions,
  result: Verification,
): Promise<void> {
  const signed = manifest.files.filter(({ path }) => path.startsWith('report.'))
  if (signed.length === 0) return
  const made = await attempt(() => remake(record), result)
  if (!made) return
  const again = new Map(made.map(({ path, content }) => [path, content]))
  for (const { path, sha256 } of signed) {
    const content = again.get(path)
    if (content === undefined) result.notes.push(`${path} was not made again: only its bytes were checked`)
    else if (createHash('sha256').update(content).digest('hex') !== sha256) {
      const text = `${path} is not what the record gives`
      if (record.run.tool.version === tool) result.problems.push(text)
      else result.notes.push(`${text} today; it was made by Tocsin ${record.run.tool.version}, this is ${tool}`)
    }
  }
}

async function readSmall(path: string): Promise<string | null> {
  const found = await lstat(path).catch(() => null)
  if (!found?.isFile() || found.size > largest) return null
  const bytes = await readFile(path)
  const text = bytes.toString('utf8')
  // Bytes that are no UTF-8 would all read as the same replacement character.
  return Buffer.from(text).equals(bytes) ? text : ''
}

async function attempt<T>(action: () => Promise<T>, { problems }: Verification): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error
    problems.push(error.message)
    return undefined
  }
}

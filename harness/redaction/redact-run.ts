import { createHash } from 'node:crypto'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { envelopeName, listFiles, makeManifest, manifestText } from '../attestation/manifest.ts'
import type { ManifestFile } from '../attestation/hash-file.ts'
import { originalEnvelopeName, originalManifestName } from '../attestation/original.ts'
import { fileProblems, readManifest } from '../attestation/run-manifest.ts'
import { InputError } from '../errors.ts'
import { readRecord, readWhole } from '../evidence/read.ts'
import type { CampaignRecord } from '../evidence/record.ts'
import { type EvidenceFile, writeRecord, writeReports } from '../evidence/write.ts'
import { collect, namesIn } from './names.ts'
import { Pseudonyms } from './pseudonyms.ts'
import { describeRedaction, redactJson, redactRecord } from './redact-record.ts'
import { createTextRedactor, type TextRedactor } from './redact-text.ts'

export interface RedactOptions {
  /** Random bytes, at least 32: the same key gives the same tokens. */
  key: Uint8Array
  /** Names that nothing in the record shows to be names: of monitors, buildings, projects. */
  alsoHosts: readonly string[]
  /** People named in the files beside the record. */
  alsoUsers: readonly string[]
  /** Version of this Tocsin. */
  tool: string
}

/** A redacted copy of a run. */
export interface RedactedRun {
  directory: string
  record: CampaignRecord
  text: TextRedactor
}

/** Files beside the record that are rewritten as text. */
const inputs = ['exceptions.yaml', 'determinations.yaml']

/**
 * Writes a redacted copy of a run folder, without reports. Packets and pictures are withheld: a packet that is rewritten
 * proves nothing any more, and malformed ones carry addresses where no rewriter looks. Their digests stay.
 * @throws InputError when the run has changed since it was written, is redacted already, or `out` holds something else
 */
export async function redactRun(directory: string, out: string, options: RedactOptions): Promise<RedactedRun> {
  const record = await readWhole(directory)
  if (record.run.redaction)
    throw new InputError(
      `${directory}: is a redacted copy already; redact the original, run ${record.run.redaction.of}`,
    )
  const manifest = await originalManifest(directory, record, options.tool)
  const pseudonyms = new Pseudonyms(options.key)
  const evidence: EvidenceFile[] = []
  const withheld: ManifestFile[] = []
  const process: { path: string; value: unknown }[] = []
  for (const file of manifest.files.filter(({ path }) => path.startsWith('evidence/'))) {
    if (!file.path.endsWith('.json')) withheld.push(file)
    else process.push({ path: file.path, value: JSON.parse(await readFile(join(directory, file.path), 'utf8')) })
  }
  const names = namesIn(record)
  for (const { value } of process) collect(value, '', names)
  for (const name of options.alsoHosts) names.hosts.add(name)
  for (const name of options.alsoUsers) names.users.add(name)
  const text = createTextRedactor(pseudonyms, names, addressesOf(record))
  const redacted = redactRecord(record, text, pseudonyms)
  for (const { path, value } of process) {
    const content = `${JSON.stringify(redactJson(value, text, pseudonyms), null, 2)}\n`
    evidence.push({ path: text.addresses(path), content })
  }
  const beside = await besides(directory, record.run.id, text)
  const digest = createHash('sha256').update(manifest.text).digest('hex')
  // A path may hold an address, by the name of a case; the manifest cannot be shown then, and its digest alone stays.
  if (text.addresses(manifest.text) === manifest.text)
    beside.push({ path: originalManifestName, content: manifest.text }, ...(await envelopeOf(directory)))
  const kept = withheld.map((file) => ({ ...file, path: text.addresses(file.path) }))
  const run = {
    ...redacted.run,
    id: redactedId(record.run.id),
    redaction: describeRedaction(record, digest, kept, pseudonyms),
  }
  const written = await writeRecord({ out }, { ...redacted, run }, evidence)
  await writeReports(written, beside)
  return { directory: written, record: await readRecord(written), text }
}

/** Names the copy: in a ledger it is another run than its original. */
function redactedId(id: string): string {
  return `${id}-redacted`
}

async function originalManifest(directory: string, record: CampaignRecord, tool: string) {
  const written = await readManifest(directory)
  const [changed] = written ? fileProblems(written, await listFiles(directory)) : []
  if (changed !== undefined)
    throw new InputError(`${directory}: has changed since it was written: ${changed}; \`tocsin verify\` says what else`)
  const manifest = written ?? (await makeManifest(directory, record, tool))
  return { files: manifest.files, text: manifestText(manifest) }
}

function* addressesOf({ trials }: CampaignRecord): Generator<string> {
  for (const { identity } of trials) yield* [identity.client.ipv4, identity.server.ipv4]
}

async function besides(directory: string, id: string, text: TextRedactor) {
  const files: { path: string; content: string }[] = []
  for (const path of inputs) {
    const content = await readFile(join(directory, path), 'utf8').catch(() => null)
    // The determinations name the run that they are about.
    if (content !== null) files.push({ path, content: text.all(content).replaceAll(id, redactedId(id)) })
  }
  return files
}

async function envelopeOf(directory: string) {
  const file = join(directory, envelopeName)
  if (!(await lstat(file).catch(() => null))) return []
  return [{ path: originalEnvelopeName, content: await readFile(file, 'utf8') }]
}

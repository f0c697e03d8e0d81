import { createHash, type KeyObject } from 'node:crypto'
import { canonicalJson } from '../evidence/canonical-json.ts'
import type { CampaignRecord } from '../evidence/record.ts'
import { parseEnvelope, payloadOf, signatureProblems } from './envelope.ts'
import { parseManifest, signedFigures } from './manifest.ts'
import { keyIdOf } from './signing-key.ts'
import { statementOf } from './statement.ts'

/** In a redacted copy: the manifest of the run that it was made from, and the signature of that. */
export const originalManifestName = 'original-manifest.json'
export const originalEnvelopeName = 'original-attestation.dsse.json'

/** What a redacted copy says of its original, and whether that holds. */
export interface OriginalCheck {
  problems: string[]
  notes: string[]
}

/**
 * Holds a redacted copy against what it brought along of its original: the digest of the original's manifest, the figures
 * that were counted then and are counted again from the redacted trials, the digests of what was withheld, and the signature.
 * @param manifest text of `original-manifest.json`, null without one
 * @param envelope text of `original-attestation.dsse.json`, null without one
 */
export function checkOriginal(
  record: CampaignRecord,
  { manifest, envelope }: { manifest: string | null; envelope: string | null },
  { keys, tool }: { keys: readonly KeyObject[]; tool: string },
): OriginalCheck {
  const { redaction } = record.run
  if (!redaction) return { problems: [], notes: [] }
  const about = `it is a redacted copy of run ${redaction.of}, whose manifest has the SHA-256 ${redaction.manifest}`
  if (manifest === null) return { problems: [], notes: [`${about}; that manifest was not brought along`] }
  const original = parseManifest(manifest)
  if (!original || sha256(manifest) !== redaction.manifest)
    return { problems: [`${originalManifestName} is not the manifest that run.json names`], notes: [about] }
  const problems = original.run === redaction.of ? [] : [`${originalManifestName} is of run ${original.run}`]
  const same = canonicalJson(original.figures) === canonicalJson(signedFigures(record))
  if (!same && original.tool === tool) problems.push('the redacted trials do not give the figures of the original')
  const listed = new Map(original.files.map(({ path, sha256: digest }) => [path, digest]))
  for (const { path, sha256: digest } of redaction.withheld)
    if (listed.get(path) !== digest) problems.push(`${JSON.stringify(path)} was withheld, but is not in the original`)
  if (envelope === null) return { problems, notes: [`${about}; nobody had signed it`] }
  const signed = checkSignature(envelope, canonicalJson(statementOf(record, redaction.manifest)), keys)
  return { problems: [...problems, ...signed.problems], notes: [`${about}; ${signed.note}`] }
}

function checkSignature(text: string, payload: string, keys: readonly KeyObject[]) {
  const envelope = parseEnvelope(text)
  if (!envelope || payloadOf(envelope) !== payload)
    return {
      problems: [`${originalEnvelopeName} does not sign the manifest of the original`],
      note: 'it is not signed',
    }
  const ids = envelope.signatures.map(({ keyid }) => keyid)
  const known = keys.filter((key) => ids.includes(keyIdOf(key)))
  const by = `it was signed by ${ids.join(', ')}`
  if (known.length < ids.length)
    return { problems: [], note: `${by}; that was not checked, because not every key was given` }
  return { problems: signatureProblems(envelope, known).map((problem) => `the original: ${problem}`), note: by }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

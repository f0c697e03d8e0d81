import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { InputError } from '../errors.ts'
import { canonicalJson } from '../evidence/canonical-json.ts'
import { isBundle } from './sigstore-bundle.ts'
import { type Figures, figures } from '../evidence/figures.ts'
import type { CampaignRecord, Summary } from '../evidence/record.ts'
import { summarise } from '../evidence/summary.ts'
import { hashFiles, type ManifestFile } from './hash-file.ts'

export const manifestName = 'manifest.json'
export const envelopeName = 'attestation.dsse.json'
/** Request to a time-stamping authority over the envelope, and the authority's reply. */
export const timeStampRequestName = 'timestamp.tsq'
export const timeStampName = 'timestamp.tsr'

/** Files of a run folder that no manifest lists: it, its signature, and what is made over that. They are checked by themselves. */
export function beside(path: string): boolean {
  return [manifestName, envelopeName, timeStampRequestName, timeStampName].includes(path) || isBundle(path)
}

/** `manifest.json`: every file of a run as it was written, and what a signature of the run stands for. */
export interface Manifest {
  format: 1
  run: string
  /** Version of the Tocsin that wrote it. */
  tool: string
  /** Counted again from the trials when it was written. */
  figures: SignedFigures
  /** Every file of the folder but the manifest and what is made from it (`beside`), sorted by path. */
  files: ManifestFile[]
}

/** The figures of a run as far as they are numbers. */
export type SignedFigures = { summary: Summary } & Pick<
  Figures,
  | 'detected'
  | 'met'
  | 'seen'
  | 'falseAlarms'
  | 'detectedWithoutOurs'
  | 'falseAlarmsWithoutOurs'
  | 'outcomes'
  | 'twins'
  | 'timeToDetect'
  | 'clauses'
  | 'techniques'
  | 'layers'
>

const schema = z.strictObject({
  format: z.literal(1),
  run: z.string(),
  tool: z.string(),
  figures: z.record(z.string(), z.unknown()),
  files: z.array(
    z.strictObject({
      path: z.string().min(1),
      size: z.number().int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
})

/** The bytes of `manifest.json`: canonical JSON (RFC 8785), so that a hash of it can be made again. */
export function manifestText(manifest: Manifest): string {
  return canonicalJson(manifest)
}

/** Reads a manifest. @returns null when it is none, or not the canonical text */
export function parseManifest(text: string): Manifest | null {
  try {
    const { data } = schema.safeParse(JSON.parse(text))
    return data && canonicalJson(data) === text ? (data as unknown as Manifest) : null
  } catch {
    return null
  }
}

/** Makes the manifest of a run folder whose record has been read. @throws InputError as `listFiles` does */
export async function makeManifest(directory: string, record: CampaignRecord, tool: string): Promise<Manifest> {
  return { format: 1, run: record.run.id, tool, figures: signedFigures(record), files: await listFiles(directory) }
}

/** Computes the figures from the trials; nothing is taken from the summary of `run.json` but the duration. */
export function signedFigures(record: CampaignRecord): SignedFigures {
  const { run, trials } = record
  const all = figures(record)
  return {
    summary: summarise(run.scenarios, trials, run.summary.durationMs),
    detected: all.detected,
    met: all.met,
    seen: all.seen,
    falseAlarms: all.falseAlarms,
    detectedWithoutOurs: all.detectedWithoutOurs,
    falseAlarmsWithoutOurs: all.falseAlarmsWithoutOurs,
    outcomes: all.outcomes,
    twins: all.twins,
    timeToDetect: all.timeToDetect,
    clauses: all.clauses,
    techniques: all.techniques,
    layers: all.layers,
  }
}

/**
 * Every file under a folder, hashed as it is read, so that size does not matter.
 * @throws InputError for links, pipes and other things that are no file, for empty folders, and for a private key
 */
export async function listFiles(directory: string): Promise<ManifestFile[]> {
  const files = await hashFiles(directory, await pathsUnder(directory, ''))
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function pathsUnder(directory: string, inside: string): Promise<string[]> {
  const entries = await readdir(join(directory, inside), { withFileTypes: true })
  if (entries.length === 0) throw new InputError(`${join(directory, inside)}: is an empty folder; remove it`)
  const paths: string[] = []
  for (const entry of entries) {
    const path = inside === '' ? entry.name : `${inside}/${entry.name}`
    if (entry.isDirectory()) paths.push(...(await pathsUnder(directory, path)))
    else if (!entry.isFile())
      throw new InputError(`${join(directory, path)}: is neither a file nor a folder; remove it`)
    else if (!beside(path)) paths.push(path)
  }
  return paths
}

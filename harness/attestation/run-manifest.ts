import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import type { CampaignRecord } from '../evidence/record.ts'
import { writeReports } from '../evidence/write.ts'
import { hashFiles, type ManifestFile } from './hash-file.ts'
import { envelopeName, makeManifest, type Manifest, manifestName, manifestText, parseManifest } from './manifest.ts'

/** Writes the manifest of a run folder that nobody has signed: what was written can then be told from what was changed. */
export async function writeManifest(directory: string, record: CampaignRecord, tool: string): Promise<void> {
  const content = manifestText(await makeManifest(directory, record, tool))
  await writeReports(directory, [{ path: manifestName, content }])
}

/**
 * Enters files that were just written again into the manifest of a folder that is not signed. All others keep the digest
 * that they had, so that writing a report hides no change of anything else.
 * @param paths inside the folder
 * @returns false when there is no manifest, or it is signed
 */
export async function enterIntoManifest(directory: string, paths: readonly string[]): Promise<boolean> {
  if (await isThere(join(directory, envelopeName))) return false
  const manifest = await readManifest(directory)
  if (manifest === null) return false
  const kept = manifest.files.filter(({ path }) => !paths.includes(path))
  const entered = await hashFiles(directory, paths)
  const files = [...kept, ...entered].sort((a, b) => (a.path < b.path ? -1 : 1))
  await writeReports(directory, [{ path: manifestName, content: manifestText({ ...manifest, files }) }])
  return true
}

/** Reads the manifest of a folder; null when there is none. @throws InputError when it is broken */
export async function readManifest(directory: string): Promise<Manifest | null> {
  const file = join(directory, manifestName)
  if (!(await isThere(file))) return null
  const manifest = parseManifest(await readFile(file, 'utf8'))
  if (!manifest) throw new InputError(`${file}: is no manifest, or not in canonical form; \`tocsin verify\` tells more`)
  return manifest
}

/** What differs between a manifest and the files that are there, a sentence for each. */
export function fileProblems(manifest: Manifest, found: readonly ManifestFile[]): string[] {
  const byPath = new Map(found.map((file) => [file.path, file]))
  const listed = new Set(manifest.files.map(({ path }) => path))
  const changed = manifest.files.flatMap((file) => {
    const wrong = difference(file, byPath.get(file.path))
    return wrong === null ? [] : [`${JSON.stringify(file.path)} ${wrong}`]
  })
  const more = found.filter(({ path }) => !listed.has(path))
  return [...changed, ...more.map(({ path }) => `${JSON.stringify(path)} is there, but is not in the manifest`)]
}

function difference(listed: ManifestFile, found: ManifestFile | undefined): string | null {
  if (!found) return 'is missing'
  if (found.size !== listed.size) return `was altered: ${found.size} bytes, ${listed.size} in the manifest`
  return found.sha256 === listed.sha256 ? null : 'was altered'
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null
}

import { lstat, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { InputError } from '../errors.ts'
import { movedAside, readRun } from './read.ts'

/** Where a record goes: `runs` is the folder of all runs, and the run gets a folder of its own there; `out` is the folder itself. */
export type Destination = { runs: string } | { out: string }

const ours =
  /^(run\.json|trials\.jsonl|observations\.jsonl|evidence|report\..+|(original-)?manifest\.json|(original-)?attestation\.dsse\.json|attestation\.[0-9a-f]+\.sigstore\.json|timestamp\.ts[qr]|signing\.json|exceptions\.yaml|determinations\.yaml)$/

/**
 * Checks that a record can be put at `out` without destroying anything else, and gives the real path. To be called
 * before a campaign starts, so that a wrong `--out` costs nothing. An old record that an interrupted replacement had moved
 * aside is put back.
 * @throws InputError when `out` is a file, a mount point, or holds anything but a record and its reports.
 */
export async function checkOut(out: string): Promise<string> {
  const path = await realpath(out).catch(() => resolve(out))
  const found = await lstat(path).catch(() => null)
  if (!found) {
    const aside = await movedAside(path)
    if (aside) await rename(aside, path)
    return path
  }
  if (!found.isDirectory()) throw new InputError(`--out ${out}: is a file; give a folder`)
  const above = await stat(dirname(path))
  if (above.dev !== found.dev || path === dirname(path))
    throw new InputError(`--out ${out}: is a mount point and cannot be replaced in one step; give a folder inside it`)
  const entries = await readdir(path)
  if (entries.length === 0) return path
  const refuse = (why: string, cause?: unknown) =>
    new InputError(
      `--out ${out}: ${why}; Tocsin replaces only its own records. Give another folder, or empty this one`,
      { cause },
    )
  const stranger = entries.find((entry) => !ours.test(entry))
  if (stranger !== undefined) throw refuse(`holds ${JSON.stringify(stranger)}, which is no part of a record`)
  await readRun(path).catch((error: unknown) => {
    throw refuse('holds something that is not a record', error)
  })
  return path
}

/** The folder that a record is written into before it takes its place: beside it, so that one rename moves it. */
export function partialFolder(path: string): string {
  return join(dirname(path), `.${basename(path)}.tocsin-partial-${process.pid}`)
}

/** Where the old record waits while the new one takes its place. */
export function previousFolder(path: string): string {
  return join(dirname(path), `.${basename(path)}.tocsin-previous-${process.pid}`)
}

/**
 * Removes what writers that no longer live have left in `folder`: unfinished records, and old ones already replaced.
 * Only those of the record called `name`, unless it is null.
 */
export async function removeLeftovers(folder: string, name: string | null): Promise<void> {
  const entries = await readdir(folder)
  for (const entry of entries) {
    const match = /^\.(.+)\.tocsin-(partial|previous)-(\d+)$/.exec(entry)
    if (!match?.[1] || (name !== null && match[1] !== name) || alive(Number(match[3]))) continue
    if (match[2] === 'previous' && !entries.includes(match[1])) continue
    await rm(join(folder, entry), { recursive: true, force: true })
  }
}

function alive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

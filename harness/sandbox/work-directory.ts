import { constants, mkdtempSync, writeFileSync } from 'node:fs'
import { access, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { currentOwner, formatOwner, type Owner, parseOwner } from './owner.ts'

const prefix = 'tocsin-work-'
const ownerFile = 'owner.json'

/** A folder for files of one session, readable by its user alone. Disposing removes it; a sweep does when its owner has died. */
export interface WorkDirectory extends AsyncDisposable {
  readonly path: string
}

/** Makes one, `<parent>/tocsin-work-<session>-XXXXXX`. */
export async function makeWorkDirectory(session: string, parent: string = tmpdir()): Promise<WorkDirectory> {
  const owner = `${formatOwner(await currentOwner())}\n`
  // In one go: whoever is killed in between leaves a folder that no sweep finds.
  const path = mkdtempSync(join(parent, `${prefix}${session}-`))
  writeFileSync(join(path, ownerFile), owner)
  return { path, [Symbol.asyncDispose]: () => removeWorkDirectory(path) }
}

/** Linux keeps what lies there in memory alone. */
const inMemory = '/dev/shm'

/** Where work directories may be, apart from those that somebody asked for elsewhere. */
export const workDirectoryParents: readonly string[] = [tmpdir(), inMemory]

/** A parent for work directories whose files are never written to a disk; the one for temporary files where there is none. */
export async function memoryParent(): Promise<string> {
  return access(inMemory, constants.W_OK | constants.X_OK).then(
    () => inMemory,
    () => tmpdir(),
  )
}

/** A work directory, and when something was last made in it, milliseconds since the epoch. */
export interface FoundDirectory {
  path: string
  owner: Owner
  changedAt: number
}

/** Finds the work directories that say whose they are. Folders without an owner file of ours, or of another user, are left out. */
export async function findWorkDirectories(parent: string = tmpdir()): Promise<FoundDirectory[]> {
  const names = (await readdir(parent).catch(() => [])).filter((name) => name.startsWith(prefix))
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(parent, name)
      const [text, { uid, mtimeMs }] = await Promise.all([readFile(join(path, ownerFile), 'utf8'), stat(path)]).catch(
        () => ['', { uid: -1, mtimeMs: 0 }] as const,
      )
      const owner = parseOwner(text)
      return owner && uid === process.getuid?.() ? [{ path, owner, changedAt: mtimeMs }] : []
    }),
  )
  return found.flat()
}

export async function removeWorkDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
}

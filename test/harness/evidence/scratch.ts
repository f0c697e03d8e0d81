import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A file system of its own with so many bytes, mounted at `path` until disposed. Needs root. */
export async function smallDisk(path: string, size: string): Promise<AsyncDisposable> {
  await mkdir(path, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path])
  return {
    [Symbol.asyncDispose]: async () => {
      await run('umount', ['-l', path])
    },
  }
}

/** Every file under a folder with its bytes as text, by path; links show where they point. */
export async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    await Promise.all(
      files.sort().map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'latin1')] as const),
    ),
  )
}

import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import type { Files, OpenFile } from '../../generators/files.ts'
import { InputError } from '../errors.ts'
import { contains, follow } from './source.ts'

/** Files beside a scenario, and which of them have been opened. */
export interface FilesBeside extends Files {
  /** SHA-256 of the content of every file that was opened, hex, by its path as written; sorted by that. */
  digests(): [path: string, digest: string][]
}

/**
 * The files that a scenario may name: regular ones in the scenario folder, links followed.
 * @param folder the scenario folder, as typed by the user
 * @param file the scenario's file, as typed
 */
export function filesBeside(folder: string, file: string): FilesBeside {
  const used = new Set<string>()
  const open = (path: string): OpenFile => {
    if (isAbsolute(path)) throw new InputError(`${path}: write the path relative to the scenario's file`)
    const place = join(dirname(file), path)
    const real = follow(place)
    if (!contains(folder, real))
      throw new InputError(`${path}: leads out of the scenario folder "${folder}"; copy the file into it`)
    const opened = openRegular(place, real)
    used.add(path)
    return opened
  }
  return { open, digests: () => [...used].sort().map((path) => [path, digestOf(open(path))]) }
}

function openRegular(place: string, real: string): OpenFile {
  let descriptor: number
  try {
    // A pipe without a writer must not stop everything.
    descriptor = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    const why =
      (cause as NodeJS.ErrnoException).code === 'EACCES'
        ? 'may not be read; check its permissions'
        : (cause as Error).message
    throw new InputError(`${place}: ${why}`, { cause })
  }
  const found = fstatSync(descriptor)
  if (!found.isFile()) {
    closeSync(descriptor)
    throw new InputError(`${place}: ${found.isDirectory() ? 'is a folder; name a file' : 'is not a regular file'}`)
  }
  return {
    size: found.size,
    read: (into, position) => readSync(descriptor, into, 0, into.length, position),
    [Symbol.dispose]: () => closeSync(descriptor),
  }
}

function digestOf(file: OpenFile): string {
  using open = file
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafeSlow(1 << 20)
  for (let position = 0; ; ) {
    const read = open.read(buffer, position)
    if (read === 0) return hash.digest('hex')
    hash.update(buffer.subarray(0, read))
    position += read
  }
}

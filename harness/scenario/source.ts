import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { InputError } from '../errors.ts'

/** A file that the user wrote, as read. */
export interface Source {
  /** The path as the user would type it; starts every message. */
  file: string
  text: string
  /** SHA-256 of the file's bytes, hex. */
  digest: string
}

/** The largest scenario or campaign file that is read, bytes. */
export const maximumBytes = 1_000_000

/**
 * Reads a YAML file with limits: a regular file, at most one megabyte, UTF-8. A byte order mark is dropped.
 * @param file the path as typed, relative to the working directory or absolute
 * @param inside when given, the file must lie in this folder, links followed
 * @throws InputError that names the file and what is wrong
 */
export function readSource(file: string, inside?: string): Source {
  const real = follow(file)
  if (inside !== undefined && !contains(inside, real)) {
    throw new InputError(`${file}: lies outside of the scenario folder "${inside}"; move it there`)
  }
  const bytes = readLimited(file)
  try {
    return {
      file,
      text: new TextDecoder('utf-8', { fatal: true }).decode(bytes),
      digest: createHash('sha256').update(bytes).digest('hex'),
    }
  } catch (cause) {
    throw new InputError(`${file}: is not UTF-8 text; save it as UTF-8`, { cause })
  }
}

/** Whether a path, links followed, lies in a folder. The folder must exist. */
export function contains(folder: string, real: string): boolean {
  const path = relative(realpathSync.native(folder), real)
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
}

/** The path with all links followed. @throws InputError when nothing is there */
export function follow(file: string): string {
  try {
    return realpathSync.native(resolve(file))
  } catch (cause) {
    throw new InputError(`${file}: ${reason(cause)}`, { cause })
  }
}

function readLimited(file: string): Uint8Array {
  try {
    // Asked before opening, because opening a pipe would wait for a writer.
    checkKind(file, statSync(file))
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      checkKind(file, fstatSync(descriptor))
      // Unlike a zeroed one, it takes up only the memory that is read into.
      const buffer = Buffer.allocUnsafeSlow(maximumBytes + 1)
      let length = 0
      for (;;) {
        const read = readSync(descriptor, buffer, length, buffer.length - length, null)
        length += read
        if (length > maximumBytes) throw tooLarge(file, null)
        if (read === 0) return Uint8Array.prototype.slice.call(buffer, 0, length)
      }
    } finally {
      closeSync(descriptor)
    }
  } catch (cause) {
    if (cause instanceof InputError) throw cause
    throw new InputError(`${file}: ${reason(cause)}`, { cause })
  }
}

function checkKind(file: string, found: { isDirectory(): boolean; isFile(): boolean; size: number }): void {
  if (found.isDirectory()) throw new InputError(`${file}: is a folder; name a file`)
  if (!found.isFile()) throw new InputError(`${file}: is not a regular file`)
  if (found.size > maximumBytes) throw tooLarge(file, found.size)
}

function tooLarge(file: string, size: number | null): InputError {
  const given = size === null ? 'is larger' : `has ${size} bytes`
  return new InputError(`${file}: ${given}, the limit is ${maximumBytes} bytes; split it`)
}

function reason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  if (code === 'ENOENT') return 'no such file'
  if (code === 'ENOTDIR') return 'no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read; check its permissions'
  if (code === 'ELOOP') return 'is a link that leads back to itself'
  return `cannot be read (${cause instanceof Error ? cause.message : String(cause)})`
}

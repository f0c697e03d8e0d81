import type { Files, OpenFile } from '../../../generators/files.ts'

/** A file in memory that hands out no more than `most` bytes at a time. */
export function memoryFile(bytes: Uint8Array, most: number = Number.POSITIVE_INFINITY): OpenFile {
  return {
    size: bytes.length,
    read(into, position) {
      const part = bytes.subarray(position, position + Math.min(into.length, most))
      into.set(part)
      return part.length
    },
    [Symbol.dispose]() {},
  }
}

/** Files in memory, by their paths. */
export function memoryFiles(files: Readonly<Record<string, Uint8Array>>): Files {
  return {
    open(path) {
      const bytes = files[path]
      if (bytes === undefined) throw new Error(`${path}: no such file`)
      return memoryFile(bytes)
    },
  }
}

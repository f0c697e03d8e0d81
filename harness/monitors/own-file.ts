import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupError } from '../errors.ts'

/** Absolute path of a file or folder of this project's sources: compiled code runs from dist/. @throws SetupError */
export function ownFile(path: string): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    const candidate = join(at, path)
    if (existsSync(candidate)) return candidate
  }
  throw new SetupError(`${path} is missing; is this a whole checkout?`)
}

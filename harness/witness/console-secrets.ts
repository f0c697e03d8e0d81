import { stat, readFile } from 'node:fs/promises'
import { InputError } from '../errors.ts'
import type { ConsoleSettings } from '../plan/console.ts'

type Reference = { env?: string | undefined; file?: string | undefined }

/** Values that must be typed into a console and nowhere else. */
export class Secrets {
  readonly #values: ReadonlyMap<string, string>

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values
  }

  /** @throws Error for one that was not read */
  of(reference: Reference): string {
    const value = this.#values.get(nameOf(reference))
    if (value === undefined) throw new Error(`${nameOf(reference)} was not read`)
    return value
  }

  /** Whether a text holds one of them. */
  isIn(text: string): boolean {
    return [...this.#values.values()].some((value) => text.includes(value))
  }

  /** A text without them, also as they stand in a URL. */
  hide(text: string): string {
    let hidden = text
    for (const value of this.#values.values())
      for (const form of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)])
        hidden = hidden.replaceAll(form, '[secret]')
    return hidden
  }
}

/**
 * Reads what a console's steps refer to.
 * @param fileOf the path of a file as the campaign names it
 * @throws InputError for a variable that is not set, a file that is not there, that others may read, or that is empty
 */
export async function readSecrets(
  { login, search }: ConsoleSettings,
  environment: Readonly<Record<string, string | undefined>>,
  fileOf: (path: string) => string,
): Promise<Secrets> {
  const values = new Map<string, string>()
  for (const { fill } of [...login, ...search]) {
    const reference = fill?.secret
    if (reference === undefined) continue
    const value =
      reference.file === undefined ? environment[reference.env ?? ''] : await readSecret(fileOf(reference.file))
    if (value === undefined || value === '')
      throw new InputError(`${nameOf(reference)}, which the console needs, is ${value === '' ? 'empty' : 'not set'}`)
    values.set(nameOf(reference), value)
  }
  return new Secrets(values)
}

async function readSecret(file: string): Promise<string> {
  const fail = (why: string, cause?: unknown) => new InputError(`${file}: ${why}`, { cause })
  const found = await stat(file).catch((cause: Error) => {
    throw fail(`cannot read this secret of the console: ${cause.message}`, cause)
  })
  if (!found.isFile() || found.size > 10_000) throw fail('is no file with a secret')
  if ((found.mode & 0o077) !== 0)
    throw fail(`others than its owner may read it (mode ${(found.mode & 0o777).toString(8)}); chmod 600 it`)
  return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
}

function nameOf({ env, file }: Reference): string {
  return env === undefined ? `the file ${file}` : `the environment variable ${env}`
}

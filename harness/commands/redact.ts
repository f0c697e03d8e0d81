import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { counted } from '../../reports/format.ts'
import type { Printer } from '../../reports/printer.ts'
import type { Reporter } from '../../reports/reporter.ts'
import { writeManifest } from '../attestation/run-manifest.ts'
import { type CommandOption, repeatable } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { InputError, RecordError } from '../errors.ts'
import { checkOut } from '../evidence/place.ts'
import { writeReports } from '../evidence/write.ts'
import { redactRun } from '../redaction/redact-run.ts'
import { userPath } from './inputs.ts'
import { renderReports } from './render-reports.ts'
import { readInputs } from './report-inputs.ts'

export const redactOptions: readonly CommandOption[] = [
  {
    flags: '--redact <dir>',
    description: 'folder for a redacted copy of the run: tokens instead of addresses, host and user names; no packets',
  },
  { flags: '--redact-name <names>', description: 'names to redact that nothing shows to be names', ...repeatable },
  {
    flags: '--redact-key <file>',
    description: 'secret of at least 32 bytes: the same key gives the same tokens in every copy (default: a new one)',
  },
]

/** A redacted copy that was asked for. */
export interface Redacting {
  out: string
  key: Uint8Array
  names: readonly string[]
}

/** Reads the options, so that what is wrong with them is told before anything is started; null: no copy is wanted. @throws InputError */
export async function redactingOf(context: Context, options: Record<string, unknown>): Promise<Redacting | null> {
  const {
    redact,
    redactKey: keyFile,
    redactName = [],
  } = options as Record<string, string | undefined> & {
    redactName?: string[]
  }
  if (redact === undefined) {
    if (keyFile !== undefined || redactName.length > 0)
      throw new InputError('--redact-key and --redact-name say how --redact <dir> is done; give that too')
    return null
  }
  const out = await checkOut(userPath(context, redact))
  return { out, key: keyFile === undefined ? randomBytes(32) : await readKey(context, keyFile), names: redactName }
}

/**
 * Writes the redacted copy of a run with its reports and its manifest.
 * @returns one line about it, and what could not be made
 * @throws RecordError when a report still holds an address that was replaced
 */
export async function writeRedacted(
  context: Context,
  directory: string,
  { out, key, names }: Redacting,
  { reporters, printer }: { reporters: readonly Reporter[]; printer: Printer },
): Promise<{ line: string; directory: string; problems: string[] }> {
  const original = await readInputs(context, directory, null)
  const { exceptions = [], determinations } = original
  const people = exceptions.flatMap(({ owner, approver }) => [owner, approver])
  const alsoUsers = [...people, ...(determinations ? [determinations.assessor.name] : [])]
  const copy = await redactRun(directory, out, { key, alsoHosts: names, alsoUsers, tool: context.version })
  const { record, text } = copy
  const inputs = await readInputs(context, copy.directory, record.run.id)
  const { files, problems } = await renderReports(record, reporters, { printer, ...inputs })
  for (const { path, content } of files) {
    const leak = typeof content === 'string' ? text.leak(content) : null
    if (leak !== null) throw new RecordError(`${join(copy.directory, path)}: was not written: it would hold ${leak}`)
  }
  await writeReports(copy.directory, files)
  await writeManifest(copy.directory, record, context.version)
  const { replaced = [], withheld = [] } = record.run.redaction ?? {}
  const values = replaced.reduce((sum, one) => sum + one.values, 0)
  const folder = relative(context.cwd, copy.directory) || '.'
  const line = `${folder}: redacted copy; ${counted(values, 'value')} replaced, ${counted(withheld.length, 'file')} of evidence withheld`
  return { line, directory: folder, problems }
}

async function readKey(context: Context, file: string): Promise<Uint8Array> {
  const key = await readFile(userPath(context, file)).catch((cause: Error) => {
    throw new InputError(`--redact-key ${file}: ${cause.message}`, { cause })
  })
  if (key.length < 32)
    throw new InputError(`--redact-key ${file}: has ${key.length} bytes; give at least 32 random ones`)
  return key
}

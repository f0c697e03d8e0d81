import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReportContext } from '../../reports/reporter.ts'
import { hashFiles } from '../attestation/hash-file.ts'
import { readSigningNote } from '../attestation/signing-note.ts'
import type { CommandOption } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { InputError } from '../errors.ts'
import { parseDeterminations } from '../compliance/determinations.ts'
import { parseExceptions } from '../compliance/exceptions.ts'
import { loadMappings } from '../compliance/load-mappings.ts'
import { writeReports } from '../evidence/write.ts'
import { readSource } from '../scenario/source.ts'
import { userPath } from './inputs.ts'

/** What reports are made from beside the record and the mappings that come with Tocsin. */
export type ReportInputs = Pick<ReportContext, 'controls' | 'exceptions' | 'determinations' | 'signing' | 'files'>

/** Files that may stand in a run folder beside the record: reports made again from the folder alone are then the same. */
const files = { exceptions: 'exceptions.yaml', determinations: 'determinations.yaml' } as const

export const inputOptions: readonly CommandOption[] = [
  { flags: '--exceptions <file>', description: 'register of exceptions; a copy is kept in the run folder' },
  { flags: '--determinations <file>', description: "an assessor's determinations; a copy is kept in the run folder" },
]

/** Checks the files that were given and puts copies into the run folder. @returns their names there. @throws InputError */
export async function keepInputs(
  context: Context,
  options: Record<string, unknown>,
  directory: string,
): Promise<string[]> {
  const kept: string[] = []
  for (const name of ['exceptions', 'determinations'] as const) {
    if (options[name] === undefined) continue
    const file = userPath(context, options[name] as string)
    if (name === 'exceptions') parseExceptions(readSource(file))
    else parseDeterminations(readSource(file))
    await writeReports(directory, [{ path: files[name], content: await readFile(file) }])
    kept.push(files[name])
  }
  return kept
}

/** Reads what reports are made from. @param directory the run folder @param run its id, which determinations must be about; null: not looked at @throws InputError */
export async function readInputs(
  context: Pick<Context, 'root'>,
  directory: string,
  run: string | null,
): Promise<ReportInputs> {
  const controls = loadMappings(join(context.root, 'scenarios', 'controls'))
  const exceptions = join(directory, files.exceptions)
  const determinations = join(directory, files.determinations)
  const determined = existsSync(determinations) ? parseDeterminations(readSource(determinations)) : undefined
  if (determined && run !== null && determined.run !== run)
    throw new InputError(`${determinations}: is about run ${determined.run}, not ${run}; give the file for this run`)
  const signing = await readSigningNote(directory)
  return {
    controls,
    files: await digests(directory),
    ...(signing ? { signing } : {}),
    ...(existsSync(exceptions) ? { exceptions: parseExceptions(readSource(exceptions)) } : {}),
    ...(determined ? { determinations: determined } : {}),
  }
}

/** What a report is made from, as far as it is there. */
async function digests(directory: string): Promise<NonNullable<ReportInputs['files']>> {
  const paths = ['run.json', 'trials.jsonl', 'observations.jsonl', ...Object.values(files)]
  const there = paths.filter((path) => existsSync(join(directory, path)))
  return (await hashFiles(directory, there)).map(({ path, sha256 }) => ({ path, sha256 }))
}

import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { ZodType } from 'zod'
import { RecordError, TocsinError } from '../errors.ts'
import { type Content, inPieces, syncFolder, writeDurably } from './durable.ts'
import { checkOut, type Destination, partialFolder, previousFolder, removeLeftovers } from './place.ts'
import type { CampaignRecord, Observations } from './record.ts'
import { evidencePath, explain, observationSchema, runSchema, trialSchema } from './record-schema.ts'
import { contradiction } from './summary.ts'

/** A file of the evidence: `evidence/x.pcap` and its bytes, at once or as a stream. */
export interface EvidenceFile {
  path: string
  content: Content
}

/** What a record is written from. */
export interface WrittenRecord extends Pick<CampaignRecord, 'run' | 'trials'> {
  observations: Observations
}

/**
 * Writes a record as one folder and returns its path. All or nothing: it is written beside its place, brought to the
 * disk, and then renamed, so a full disk or a kill leaves what was there before whole. With `runs`, the link
 * `latest` there then points at it. The same record gives the same bytes.
 * @throws InputError when the place holds something else. @throws RecordError when it cannot be written.
 */
export async function writeRecord(
  destination: Destination,
  record: WrittenRecord,
  evidence: Iterable<EvidenceFile> | AsyncIterable<EvidenceFile> = [],
): Promise<string> {
  const path = 'out' in destination ? await checkOut(destination.out) : runFolder(destination.runs, record.run.id)
  const parent = dirname(path)
  const partial = partialFolder(path)
  try {
    await mkdir(parent, { recursive: true })
    await removeLeftovers(parent, 'runs' in destination ? null : basename(path))
    await mkdir(partial)
    await fill(partial, record, evidence)
    await takePlace(partial, path)
    if ('runs' in destination) await pointLatest(parent, record.run.id)
    return path
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined)
    if (error instanceof TocsinError) throw error
    throw notWritten(`the record to ${path}`, error)
  }
}

/**
 * Puts reports into a run folder, each in one step: a reader sees the old file or the new one.
 * @throws RecordError when one cannot be written; its old version is then whole.
 */
export async function writeReports(
  directory: string,
  files: readonly { path: string; content: string | Uint8Array }[],
): Promise<string[]> {
  const written: string[] = []
  for (const { path, content } of files) {
    const target = join(directory, path)
    const temporary = join(directory, `.${path}.partial-${process.pid}`)
    try {
      await rm(temporary, { force: true })
      await writeDurably(temporary, content)
      await rename(temporary, target)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw notWritten(target, error)
    }
    written.push(target)
  }
  await syncFolder(directory)
  return written
}

function runFolder(runs: string, id: string): string {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(id) || id === 'latest')
    throw new RecordError(`run id ${JSON.stringify(id)} cannot name a folder`)
  return join(resolve(runs), id)
}

async function fill(
  folder: string,
  record: WrittenRecord,
  evidence: Iterable<EvidenceFile> | AsyncIterable<EvidenceFile>,
): Promise<void> {
  const wrong = contradiction(record)
  if (wrong) throw new RecordError(`the record contradicts itself: ${wrong}`)
  const run = checked(runSchema, record.run, 'run.json')
  await writeDurably(join(folder, 'run.json'), `${JSON.stringify(run, null, 2)}\n`)
  await writeDurably(join(folder, 'trials.jsonl'), inPieces(jsonl(trialSchema, record.trials, 'trials.jsonl')))
  const seen = jsonl(observationSchema, record.observations, 'observations.jsonl')
  await writeDurably(join(folder, 'observations.jsonl'), inPieces(seen))
  for await (const { path, content } of evidence) {
    if (!evidencePath.safeParse(path).success)
      throw new RecordError(
        `${JSON.stringify(path)} is no path for evidence; it must be evidence/ and plain file names`,
      )
    await writeDurably(join(folder, path), content)
  }
  await syncFolders(folder)
}

// The schema's own order of keys, not the maker's: a record read and written again is the same bytes.
function checked(schema: ZodType, value: unknown, where: string): unknown {
  const result = schema.safeParse(value)
  if (!result.success) throw new RecordError(`${where}: ${explain(result.error)}`, { cause: result.error })
  return result.data
}

async function* jsonl(
  schema: ZodType,
  values: Iterable<unknown> | AsyncIterable<unknown>,
  file: string,
): AsyncGenerator<string> {
  let number = 0
  for await (const value of values) yield `${JSON.stringify(checked(schema, value, `${file}:${++number}`))}\n`
}

async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await syncFolders(join(folder, entry.name))
  await syncFolder(folder)
}

async function takePlace(partial: string, path: string): Promise<void> {
  const previous = previousFolder(path)
  const replaces = await rename(path, previous).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
  try {
    await rename(partial, path)
    await syncFolder(dirname(path))
  } catch (error) {
    if (replaces) await rename(previous, path)
    throw error
  }
  if (replaces) await rm(previous, { recursive: true, force: true })
}

async function pointLatest(runs: string, id: string): Promise<void> {
  const temporary = join(runs, `.latest-${process.pid}`)
  try {
    await rm(temporary, { force: true })
    await symlink(id, temporary)
    await rename(temporary, join(runs, 'latest'))
    await syncFolder(runs)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    const why = (error as Error).message
    throw new RecordError(
      `the record is written to ${join(runs, id)}, but ${join(runs, 'latest')} cannot point at it: ${why}`,
      {
        cause: error,
      },
    )
  }
}

function notWritten(what: string, error: unknown): RecordError {
  const code = (error as NodeJS.ErrnoException).code
  const why =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'the disk is full; free some space and run it again'
      : (error as Error).message
  const message = `cannot write ${what}: ${why}. What was there before is whole.`
  return new RecordError(message, { cause: error })
}

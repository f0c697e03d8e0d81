import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { ZodType } from 'zod'
import { InputError } from '../errors.ts'
import type { CampaignRecord, RecordedObservation, RecordedTrial, Run, WholeRecord } from './record.ts'
import { explain, observationSchema, runSchema, trialSchema } from './record-schema.ts'
import { fileLines } from './lines.ts'
import { ObservationTally } from './observed.ts'
import { contradiction } from './summary.ts'

/**
 * Reads a run folder and checks it whole: every line, every key, and that the counts agree. Of the observations it keeps what reports need.
 * @throws InputError with `file:line` when the folder holds no record or a broken one.
 */
export async function readRecord(directory: string): Promise<CampaignRecord> {
  const run = await readRun(directory)
  const trials = await readTrials(directory)
  const tally = new ObservationTally(trials)
  for await (const observation of readObservations(directory)) tally.add(observation)
  const wrong = contradiction({ run, trials })
  if (wrong) throw new InputError(`${directory}: the record contradicts itself: ${wrong}`)
  return { run, trials, ...tally.observed }
}

/** As `readRecord`, and keeps the observations. */
export async function readWhole(directory: string): Promise<WholeRecord> {
  const record = await readRecord(directory)
  const observations: RecordedObservation[] = []
  for await (const seen of readObservations(directory)) observations.push(seen)
  return { ...record, observations }
}

/** Reads `run.json` alone. @throws InputError as `readRecord` does. */
export async function readRun(directory: string): Promise<Run> {
  const file = join(directory, 'run.json')
  const text = await readFile(file, 'utf8').catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR')
      throw new InputError(`cannot read ${file}: ${error.message}`, { cause: error })
    const aside = await movedAside(resolve(directory))
    const advice = aside
      ? `; it was being replaced when Tocsin was stopped, and the old record is whole: mv ${aside} ${directory}`
      : '; give the folder of a run, for example runs/latest'
    throw new InputError(`${directory} holds no record (no run.json)${advice}`, { cause: error })
  })
  return parse(text, runSchema, file)
}

/** Reads `trials.jsonl` alone. @throws InputError as `readRecord` does. */
export async function readTrials(directory: string): Promise<RecordedTrial[]> {
  const trials: RecordedTrial[] = []
  for await (const trial of lines(join(directory, 'trials.jsonl'), trialSchema)) trials.push(trial)
  return trials
}

/** Reads `observations.jsonl` one by one. @throws InputError as `readRecord` does. */
export function readObservations(directory: string): AsyncGenerator<RecordedObservation> {
  return lines(join(directory, 'observations.jsonl'), observationSchema)
}

/** The old record that an interrupted replacement left beside `directory`; null when there is none. */
export async function movedAside(directory: string): Promise<string | null> {
  const prefix = `.${basename(directory)}.tocsin-previous-`
  const names = await readdir(dirname(directory)).catch(() => [])
  const name = names.find((entry) => entry.startsWith(prefix))
  return name === undefined ? null : join(dirname(directory), name)
}

async function* lines<T>(file: string, schema: ZodType<T>): AsyncGenerator<T> {
  let number = 0
  try {
    for await (const line of fileLines(file)) yield parse(line, schema, `${file}:${++number}`)
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new InputError(`cannot read ${file}: ${(error as Error).message}; the record is not whole`, { cause: error })
  }
}

function parse<T>(text: string, schema: ZodType<T>, where: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new InputError(`${where}: not JSON: ${(error as Error).message}`, { cause: error })
  }
  const result = schema.safeParse(value)
  if (!result.success) throw new InputError(`${where}: ${explain(result.error)}`, { cause: result.error })
  return result.data
}

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CORE_SCHEMA, load } from 'js-yaml'
import { MonitorError } from '../errors.ts'
import type { MonitorConfiguration } from './configuration.ts'
import { readSigma, type SigmaFile } from '../sigma/documents.ts'
import { SigmaEngine } from '../sigma/engine.ts'
import { type Pipeline, readPipeline } from '../sigma/pipeline.ts'
import type { RejectedRule } from '../sigma/rejected.ts'

/**
 * An engine with the rules of some files and folders, and those that take no part in it.
 * @param pipeline path of the mapping that fits the events
 * @throws MonitorError naming what cannot be read
 */
export function sigmaEngine(
  paths: readonly string[],
  pipeline: string,
): { engine: SigmaEngine; rejected: RejectedRule[]; configuration: MonitorConfiguration } {
  const files = paths.flatMap(rulesIn)
  const { rules, correlations, rejected } = readSigma(files)
  const mapping = readPipelineFile(pipeline)
  const engine = new SigmaEngine({ rules, correlations, pipeline: mapping })
  const unusable = [...rejected, ...engine.rejected]
  const all = [...rules, ...correlations, ...rejected.map(({ id, ...rest }) => ({ ...rest, id: id ?? '' }))]
  const configuration: MonitorConfiguration = {
    files: files.map(({ file, text }) => ({ file, digest: createHash('sha256').update(text).digest('hex') })),
    rules: all.map(({ id, file }) => {
      const why = unusable.find((each) => each.file === file && (each.id ?? '') === id)?.reason ?? null
      return { rule: id, file, line: 1, isEnabled: why === null, why, protocol: null }
    }),
    exceptions: [],
    parsersOff: [],
  }
  return { engine, rejected: unusable, configuration }
}

/** The first of the rules that cannot be used, with the reason, to be put behind a sentence; empty when there is none. */
export function whyNot([first]: readonly RejectedRule[]): string {
  return first === undefined ? '' : `; the first: ${first.file}: ${first.reason}`
}

/** Reads a mapping of fields. @throws MonitorError naming what cannot be read */
export function readPipelineFile(path: string): Pipeline {
  return reading(path, () => readPipeline(load(readFileSync(path, 'utf8'), { schema: CORE_SCHEMA })))
}

/** The rule files of a path: itself, or all in the folder. @throws MonitorError naming what cannot be read */
export function rulesIn(path: string): SigmaFile[] {
  return reading(path, () => {
    if (!statSync(path).isDirectory()) return [{ file: path, text: readFileSync(path, 'utf8') }]
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
  })
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new MonitorError(`Sigma: ${path}: ${(cause as Error).message}`, { cause })
  }
}

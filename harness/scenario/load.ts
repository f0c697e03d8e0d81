import { createHash } from 'node:crypto'
import { basename, join, relative, sep } from 'node:path'
import type { AnyGenerator } from '../../generators/generator.ts'
import { InputError } from '../errors.ts'
import { type FilesBeside, filesBeside } from './beside.ts'
import { explain } from './explain.ts'
import { scenarioFiles } from './files.ts'
import { suggestion } from './nearest.ts'
import { cells, countCells, matrixProblems, maximumCases, substitute, substituteExpectation } from './matrix.ts'
import { playProblems } from './plays.ts'
import { valueAt } from './positions.ts'
import { inputError, place, type Problem } from './problem.ts'
import { clauses, matrixSchema, scenarioSchema, type LoadedScenario, type Play, type Scenario } from './schema.ts'
import { follow, readSource } from './source.ts'
import { parseYaml, type YamlDocument } from './yaml.ts'

export type { LoadedScenario } from './schema.ts'

/**
 * How closely a scenario is looked at: `packets` makes the packets of every case, which takes most of the time, and finds
 * what only then comes out; `parameters` is content with what the schemas say.
 */
export type Depth = 'packets' | 'parameters'

/**
 * Loads every scenario of a folder, sorted by id. The same files give the same value.
 * @param folder as typed by the user; its `campaigns` and `controls` hold no scenarios
 * @param wanted by the id that a file's name says; others are not read
 * @throws InputError with a line for every problem of every file
 */
export function loadLibrary(
  folder: string,
  generators: readonly AnyGenerator[],
  depth: Depth = 'packets',
  wanted: (id: string) => boolean = () => true,
): LoadedScenario[] {
  const files = scenarioFiles(folder)
  if (files.length === 0)
    throw new InputError(`${folder}: holds no scenario; put one into a folder named after its clause`)
  return loadFiles(
    folder,
    files.filter((path) => wanted(idOf(path))),
    generators,
    depth,
  )
}

/** The ids of all scenarios of a folder, as the names of their files say, sorted. @throws InputError as `loadLibrary` for the folder */
export function libraryIds(folder: string): string[] {
  return scenarioFiles(folder).map(idOf).sort()
}

/**
 * Loads the scenario of an id, and reads no other's file.
 * @param folder as for `loadLibrary`
 * @throws InputError with a line for every problem of its file, or naming the nearest id
 */
export function loadById(folder: string, id: string, generators: readonly AnyGenerator[]): LoadedScenario {
  const files = scenarioFiles(folder)
  const own = files.filter((path) => idOf(path) === id)
  const [scenario] = loadFiles(folder, own, generators, 'packets')
  if (scenario === undefined) throw new InputError(`unknown scenario "${id}"${suggestion(id, files.map(idOf))}`)
  return scenario
}

/**
 * Looks closely at scenarios that `loadLibrary` has looked at less closely.
 * @throws InputError with a line for every problem of every file
 */
export function checkPackets(
  folder: string,
  scenarios: readonly LoadedScenario[],
  generators: readonly AnyGenerator[],
): void {
  const files = scenarios.map(({ file }) => file)
  const { errors } = loadAll(folder, files, generators, 'packets')
  if (errors.length > 0) throw new InputError(errors.map(({ message }) => message).join('\n'), { cause: errors[0] })
}

/**
 * Loads one scenario.
 * @param file as typed by the user; it must lie in the scenario folder, links followed
 * @throws InputError with a line for every problem
 */
export function loadScenario(folder: string, file: string, generators: readonly AnyGenerator[]): LoadedScenario {
  return load(folder, file, generators, 'packets').scenario
}

function loadFiles(folder: string, files: readonly string[], generators: readonly AnyGenerator[], depth: Depth) {
  const { loaded, errors } = loadAll(folder, files, generators, depth)
  const lines = [...errors.map((error) => error.message), ...duplicateIds(loaded)]
  if (lines.length > 0) throw new InputError(lines.join('\n'), { cause: errors[0] })
  return loaded.map(({ scenario }) => scenario).sort((a, b) => (a.id < b.id ? -1 : 1))
}

function loadAll(folder: string, files: readonly string[], generators: readonly AnyGenerator[], depth: Depth) {
  const loaded: Loaded[] = []
  const errors: InputError[] = []
  for (const path of files) {
    try {
      loaded.push(load(folder, join(folder, path), generators, depth))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      errors.push(error)
    }
  }
  return { loaded, errors }
}

interface Loaded {
  scenario: LoadedScenario
  document: YamlDocument
}

function load(folder: string, file: string, generators: readonly AnyGenerator[], depth: Depth): Loaded {
  const document = parseYaml(readSource(file, folder))
  const inside = relative(follow(folder), follow(file)).split(sep).join('/')
  const files = filesBeside(folder, file)
  const { scenario, problems } = check(document, generators, files, depth)
  problems.push(...misplaced(document, inside))
  if (scenario === null || problems.length > 0) throw inputError(document.source, problems)
  const cases = cells(scenario.matrix).map((cell) => ({
    ...cell,
    baseline: scenario.baseline.map((play) => ({
      ...play,
      ...filled(play, cell.values),
      teaches: substitute(play.teaches, cell.values) as string[],
    })),
    stimulus: scenario.stimulus === undefined ? null : filled(scenario.stimulus, cell.values),
    control: filled(scenario.control, cell.values),
    expect: substituteExpectation(scenario.expect ?? { alert: [], telemetry: [] }, cell.values),
  }))
  return { scenario: { ...scenario, cases, file: inside, digest: digestOf(document, files) }, document }
}

/** Of the file alone; where it names others, of their content too, so that a run tells when one has changed. */
function digestOf({ source }: YamlDocument, files: FilesBeside): string {
  const others = files.digests()
  if (others.length === 0) return source.digest
  return createHash('sha256')
    .update(JSON.stringify([source.digest, ...others]))
    .digest('hex')
}

function filled(play: Play, values: Record<string, string | number | boolean>): Play {
  return { ...play, with: substitute(play.with, values) as Play['with'] }
}

/** All that is wrong inside the file; every check runs on the document as written, whatever the others found. */
function check(
  document: YamlDocument,
  generators: readonly AnyGenerator[],
  files: FilesBeside,
  depth: Depth,
): { scenario: Scenario | null; problems: Problem[] } {
  const { value, root } = document
  const problems: Problem[] = []
  const checked = scenarioSchema.safeParse(value)
  if (!checked.success) {
    problems.push(...explain(checked.error.issues, { schema: scenarioSchema, value, root, base: [] }))
  }
  const matrix = matrixSchema.safeParse(ownValue(value, 'matrix'))
  if (matrix.success) {
    problems.push(...matrixProblems(matrix.data, value, root))
    if (countCells(matrix.data) <= maximumCases) {
      problems.push(...playProblems(value, root, cells(matrix.data), generators, files, depth))
    }
  }
  return { scenario: checked.success ? checked.data : null, problems }
}

/** The id that a file's name says. */
function idOf(path: string): string {
  return basename(path, '.yaml')
}

/** A library that is browsed by folder must not lie: the file is named after the id, its folder after the clause. */
function misplaced({ value, root }: YamlDocument, inside: string): Problem[] {
  const problems: Problem[] = []
  const id = ownValue(value, 'id')
  if (typeof id === 'string' && id !== idOf(inside)) {
    const message = `id "${id}" differs from the file name "${basename(inside)}"; make them the same`
    problems.push({ at: valueAt(root, ['id']), message })
  }
  const clause = clauses.find((each) => each === ownValue(value, 'clause'))
  const folder = inside.includes('/') ? (inside.split('/')[0] ?? '') : null
  if (clause !== undefined && clause !== folder) {
    const found = folder === null ? 'the file lies in no clause folder' : `differs from the folder "${folder}"`
    problems.push({ at: valueAt(root, ['clause']), message: `clause "${clause}": ${found}; move it to "${clause}/"` })
  }
  return problems
}

function duplicateIds(loaded: readonly Loaded[]): string[] {
  const first = new Map<string, Loaded>()
  return loaded.flatMap((each) => {
    const { id } = each.scenario
    const before = first.get(id)
    if (before === undefined) {
      first.set(id, each)
      return []
    }
    const { source, root } = each.document
    return [`${place(source, valueAt(root, ['id']))}: id "${id}" is also used by ${before.document.source.file}`]
  })
}

function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Record<string, unknown>)[key]
}

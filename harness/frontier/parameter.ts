import { isDeepStrictEqual } from 'node:util'
import { InputError } from '../errors.ts'
import { substitute, substituteExpectation } from '../scenario/matrix.ts'
import { suggestion } from '../scenario/nearest.ts'
import { written as pathText, type Path } from '../scenario/positions.ts'
import type { Expectation, LoadedScenario, MatrixValue, Play, ScenarioCase } from '../scenario/schema.ts'

/** One numeric parameter of a scenario, and the scenario with any value of it. */
export interface Parameter {
  /** In full: a matrix name, or `stimulus.steps[1].data.repeat.count`. */
  name: string
  /** What the scenario itself has there; null where it leaves it to the generator. */
  usual: MatrixValue | null
  /** The case that the other matrix names take, without the parameter. */
  at: (value: number) => Pick<ScenarioCase, 'label' | 'control' | 'expect'> & { stimulus: Play }
}

/**
 * Finds the parameter that somebody means: a name of the scenario's matrix, or a path in what its stimulus plays, from
 * which anything may be left out as long as only one place fits (`repeat.count`).
 * @param label which case gives the other matrix names their values; absent: the first
 * @throws InputError naming the places that fit, or the nearest ones
 */
export function findParameter(scenario: LoadedScenario, written: string, label?: string): Parameter {
  const cell = scenario.cases.find((each) => label === undefined || each.label === label)
  if (cell === undefined) {
    const known = scenario.cases.map((each) => each.label)
    throw new InputError(`scenario ${scenario.id} has no case "${label}"${suggestion(String(label), known)}`)
  }
  const { stimulus } = cell
  if (stimulus === null || scenario.stimulus === undefined || scenario.expect === undefined)
    throw new InputError(`scenario ${scenario.id} is legal traffic that must not alert: it has no frontier`)
  if (scenario.baseline.length > 0)
    throw new InputError(`scenario ${scenario.id} needs a baseline, and a flow is new only once: it has no frontier`)
  const anomaly = { stimulus: scenario.stimulus, control: scenario.control, expect: scenario.expect }
  if (Object.hasOwn(scenario.matrix, written)) return matrixParameter(anomaly, written, cell)
  const path = findPath(scenario, written, stimulus)
  const rest = cell.label === '' ? '' : `,${cell.label}`
  return {
    name: `stimulus.${pathText(path)}`,
    usual: (valueAt(stimulus.with, path) as MatrixValue | undefined) ?? null,
    at: (value) => ({
      label: `${shortName(path)}=${value}${rest}`,
      stimulus: { ...stimulus, with: withValue(stimulus.with, path, value) as Play['with'] },
      control: cell.control,
      expect: cell.expect,
    }),
  }
}

/** A scenario that has an anomaly, as written. */
type Anomaly = Record<'stimulus' | 'control', Play> & { expect: Expectation }

function matrixParameter(scenario: Anomaly, name: string, cell: ScenarioCase): Parameter {
  const others = Object.entries(cell.values).filter(([each]) => each !== name)
  const filled = (play: Play, values: ScenarioCase['values']): Play => ({
    ...play,
    with: substitute(play.with, values) as Play['with'],
  })
  return {
    name,
    usual: cell.values[name] ?? null,
    at: (value) => {
      const values = { ...cell.values, [name]: value }
      const expect: Expectation = substituteExpectation(scenario.expect, values)
      return {
        label: [[name, value], ...others].map((pair) => pair.join('=')).join(','),
        stimulus: filled(scenario.stimulus, values),
        control: filled(scenario.control, values),
        expect,
      }
    },
  }
}

function findPath({ id, matrix }: LoadedScenario, written: string, stimulus: Play): Path {
  const all = paths(stimulus.with, [])
  const numbers = all.filter(({ value }) => isNumeric(value)).map(({ path }) => path)
  const wanted = parts(written)
  const name = wanted.at(-1)
  if (name === undefined) throw new InputError('the parameter is empty; name one')
  const exact = [...numbers, ...missing(all, wanted)].filter((path) => isDeepStrictEqual(path.map(String), wanted))
  const fitting = numbers.filter((path) => path.at(-1) === name && isWithin(wanted, path.map(String)))
  const found = exact.length > 0 ? exact : fitting.length > 0 ? fitting : missing(all, wanted)
  const texts = (list: readonly Path[]) => list.map((path) => `stimulus.${pathText(path)}`)
  if (found.length > 1)
    throw new InputError(`${id}: "${written}" can be ${texts(found).join(' or ')}; write more of the path`)
  const [path] = found
  if (path !== undefined) return path
  const known = [...Object.keys(matrix), ...texts(numbers)]
  const advice = known.length === 0 ? '; it has no number to change' : suggestion(written, known)
  throw new InputError(`scenario ${id} has no numeric parameter "${written}"${advice}`)
}

/** Where a field that the scenario leaves out would stand, if the mapping around it is named. */
function missing(all: readonly Found[], wanted: readonly string[]): Path[] {
  const [name, around] = [wanted.at(-1) ?? '', wanted.slice(0, -1)]
  if (around.length === 0) return []
  return all
    .filter(
      ({ path, value }) =>
        isMapping(value) &&
        !Object.hasOwn(value, name) &&
        path.at(-1) === around.at(-1) &&
        isWithin(around, path.map(String)),
    )
    .map(({ path }) => [...path, name])
}

interface Found {
  path: Path
  value: unknown
}

function paths(value: unknown, path: Path): Found[] {
  const inside = Array.isArray(value)
    ? value.map((each, index) => [index, each] as const)
    : isMapping(value)
      ? Object.entries(value)
      : []
  return [{ path, value }, ...inside.flatMap(([key, each]) => paths(each, [...path, key]))]
}

/** A number, or a time as scenarios write it. */
function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\d+(\.\d+)?(ms|s)$/.test(value))
}

/** `stimulus.with.steps[1].repeat` is `steps`, `1`, `repeat`. */
function parts(written: string): string[] {
  const all = [...written.matchAll(/[^.[\]]+/g)].map(([part]) => part)
  const start = all[0] === 'stimulus' ? (all[1] === 'with' ? 2 : 1) : 0
  return all.slice(start)
}

/** Whether the parts stand in the path in this order, whatever is between them. */
function isWithin(wanted: readonly string[], path: readonly string[]): boolean {
  let from = 0
  return wanted.every((part) => {
    const at = path.indexOf(part, from)
    from = at + 1
    return at >= 0
  })
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((from, key) => (from as Record<PropertyKey, unknown> | undefined)?.[key], value)
}

function withValue(target: unknown, [key, ...rest]: Path, value: number): unknown {
  if (key === undefined) return value
  if (Array.isArray(target)) return target.map((each, index) => (index === key ? withValue(each, rest, value) : each))
  const mapping = target as Record<PropertyKey, unknown>
  return { ...mapping, [key]: withValue(mapping[key], rest, value) }
}

function shortName(path: Path): string {
  return String(path.findLast((part) => typeof part === 'string'))
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

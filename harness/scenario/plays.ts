import { isDeepStrictEqual } from 'node:util'
import { namesOf, resolveNames } from '../../generators/conversation/names.ts'
import { GeneratorError } from '../../generators/errors.ts'
import type { Files } from '../../generators/files.ts'
import { type AnyGenerator, isProcessGenerator } from '../../generators/generator.ts'
import type { Endpoint, Identity } from '../../generators/identity.ts'
import { explain } from './explain.ts'
import { substitute, type Cell } from './matrix.ts'
import { suggestion } from './nearest.ts'
import { valueAt, type Path, written as pathText } from './positions.ts'
import type { Problem } from './problem.ts'
import { inRoles } from './roles.ts'
import { rolesSchema } from './schema.ts'
import type { Depth } from './load.ts'
import type { YamlNode } from './yaml.ts'

/** Speaks for any trial while a scenario is checked. Documentation addresses: RFC 5737, RFC 3849. */
const anyone: Identity = {
  marker: '0123abcd',
  client: { mac: '02:54:00:00:00:01', ipv4: '192.0.2.1', ipv6: '2001:db8::1', port: 40000 },
  server: { mac: '02:54:00:00:00:02', ipv4: '192.0.2.2', ipv6: '2001:db8::2', port: 80 },
}
const anyoneKnown: Endpoint = { mac: '02:54:00:00:00:03', ipv4: '192.0.2.3', ipv6: '2001:db8::3', port: 80 }

/**
 * What is wrong with what a scenario plays, in every case of it: unknown generators, parameters that the generator's
 * schema refuses, parameters that pass but make no packets, a control that is its own stimulus, a baseline that plays
 * the stimulus itself.
 * Takes the document as written, so that it can be asked whatever else is wrong with it, and the files beside it.
 */
export function playProblems(
  document: unknown,
  root: YamlNode,
  cases: readonly Cell[],
  generators: readonly AnyGenerator[],
  files: Files,
  depth: Depth,
): Problem[] {
  if (!isMapping(document)) return []
  const taught = Array.isArray(document.baseline) ? document.baseline : []
  const stimulus = play(document.stimulus, ['stimulus'])
  const control = play(document.control, ['control'])
  const baseline = taught.flatMap((each, index) => play(each, ['baseline', index]) ?? [])
  const plays = [...baseline, stimulus, control].filter((each) => each !== null)
  const problems = plays.flatMap((each) => problemsOf(each, root, cases, generators, files, depth))
  const isStimulus = (other: WrittenPlay | null) => stimulus !== null && other !== null && sameFlow(stimulus, other)
  if (isStimulus(control)) {
    const message = 'control: is the same as the stimulus; it must be the same protocol done right'
    problems.push({ at: valueAt(root, ['control']), message })
  }
  for (const { at } of baseline.filter(isStimulus)) {
    const message = `${pathText(at)}: is the stimulus itself, which then is no longer new; teach what is ordinary`
    problems.push({ at: valueAt(root, at), message })
  }
  for (const { at, roles } of [stimulus, control].filter((each) => each !== null)) {
    if (taught.length > 0 || roles === undefined) continue
    const message = `${pathText([...at, 'roles'])}: only a scenario with a baseline has a known host; remove it or write a baseline`
    problems.push({ at: valueAt(root, [...at, 'roles']), message })
  }
  return problems
}

function sameFlow(one: WrittenPlay, other: WrittenPlay): boolean {
  return (['generator', 'with', 'roles'] as const).every((key) => isDeepStrictEqual(one[key], other[key]))
}

interface WrittenPlay {
  at: Path
  generator: string
  with: object
  roles: unknown
  teaches: unknown
}

function play(written: unknown, at: Path): WrittenPlay | null {
  if (!isMapping(written) || typeof written.generator !== 'string' || !isMapping(written.with)) return null
  const { generator, with: parameters, roles, teaches } = written
  return { at, generator, with: parameters, roles, teaches }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function problemsOf(
  written: WrittenPlay,
  root: YamlNode,
  cases: readonly Cell[],
  generators: readonly AnyGenerator[],
  files: Files,
  depth: Depth,
): Problem[] {
  const generator = generators.find((each) => each.name === written.generator)
  if (generator === undefined) {
    const names = generators.map((each) => each.name)
    const message = `unknown generator "${written.generator}"${suggestion(written.generator, names)}`
    return [{ at: valueAt(root, [...written.at, 'generator']), message }]
  }
  const found = new Map<string, { problem: Problem; labels: string[] }>()
  for (const { label, values } of cases) {
    const filled = { ...written, with: substitute(written.with, values), teaches: substitute(written.teaches, values) }
    for (const problem of caseProblems(generator, filled, root, files, depth)) {
      const key = `${problem.at} ${problem.message}`
      const known = found.get(key)
      if (known === undefined) found.set(key, { problem, labels: [label] })
      else if (known.labels.at(-1) !== label) known.labels.push(label)
    }
  }
  return [...found.values()].map(({ problem, labels }) => {
    if (labels.length === cases.length) return problem
    const more = labels.length > 1 ? ` and ${labels.length - 1} more` : ''
    return { ...problem, message: `${problem.message} (case ${labels[0]}${more})` }
  })
}

function caseProblems(
  generator: AnyGenerator,
  { at, with: parameters, roles, teaches }: Omit<WrittenPlay, 'with'> & { with: unknown },
  root: YamlNode,
  files: Files,
  depth: Depth,
): Problem[] {
  const base: Path = [...at, 'with']
  const checked = generator.parameters.safeParse(parameters)
  if (!checked.success) {
    return explain(checked.error.issues, { schema: generator.parameters, value: parameters, root, base })
  }
  // Roles that are wrong are a problem of the schema.
  const identity = inRoles(anyone, anyoneKnown, rolesSchema.optional().safeParse(roles).data, anyone.client.port)
  const refused = (path: Path, why: string): Problem => ({ at: valueAt(root, [...at, ...path]), message: why })
  const problems: Problem[] = []
  try {
    resolveNames(teaches, namesOf(identity), 'teaches')
  } catch (cause) {
    if (!(cause instanceof GeneratorError)) throw cause
    problems.push(refused(parsePath(cause.path), `${pathText(at)}.${cause.message}`))
  }
  if (depth === 'parameters') return problems
  const owner = pathText(base)
  try {
    if (isProcessGenerator(generator)) generator.performance(checked.data, identity)
    else if (isEmpty(generator.conversation(checked.data, identity, files).frames))
      problems.push(refused(['with'], `${owner}: generator "${generator.name}" makes no packets of it`))
  } catch (cause) {
    const inside = cause instanceof GeneratorError ? parsePath(cause.path) : []
    const who = cause instanceof GeneratorError ? '' : `generator "${generator.name}" refuses it: `
    const why = cause instanceof Error ? cause.message : String(cause)
    problems.push(refused(['with', ...inside], `${owner}: ${who}${why}`))
  }
  return problems
}

function isEmpty(things: Iterable<unknown>): boolean {
  for (const _ of things) return false
  return true
}

/** The parts of `frames[2].layers[1].udp`. */
function parsePath(written: string): Path {
  return [...written.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((part) => (part[1] === undefined ? part[0] : Number(part[1])))
}

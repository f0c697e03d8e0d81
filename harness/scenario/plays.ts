import { isDeepStrictEqual } from 'node:util'
import { GeneratorError } from '../../generators/errors.ts'
import type { Files } from '../../generators/files.ts'
import { type AnyGenerator, isProcessGenerator } from '../../generators/generator.ts'
import type { Identity } from '../../generators/identity.ts'
import { explain } from './explain.ts'
import { substitute, type Cell } from './matrix.ts'
import { suggestion } from './nearest.ts'
import { valueAt, type Path } from './positions.ts'
import type { Problem } from './problem.ts'
import type { YamlNode } from './yaml.ts'

type Side = 'stimulus' | 'control'

/** Speaks for any trial while a scenario is checked. Documentation addresses: RFC 5737, RFC 3849. */
const anyone: Identity = {
  marker: '0123abcd',
  client: { mac: '02:54:00:00:00:01', ipv4: '192.0.2.1', ipv6: '2001:db8::1', port: 40000 },
  server: { mac: '02:54:00:00:00:02', ipv4: '192.0.2.2', ipv6: '2001:db8::2', port: 80 },
}

/**
 * What is wrong with what a scenario plays, in every case of it: unknown generators, parameters that the generator's
 * schema refuses, parameters that pass but make no packets, a control that is its own stimulus.
 * Takes the document as written, so that it can be asked whatever else is wrong with it, and the files beside it.
 */
export function playProblems(
  document: unknown,
  root: YamlNode,
  cases: readonly Cell[],
  generators: readonly AnyGenerator[],
  files: Files,
): Problem[] {
  const stimulus = play(document, 'stimulus')
  const control = play(document, 'control')
  const problems = [
    ...(stimulus === null ? [] : sideProblems(stimulus, 'stimulus', root, cases, generators, files)),
    ...(control === null ? [] : sideProblems(control, 'control', root, cases, generators, files)),
  ]
  if (stimulus !== null && isDeepStrictEqual(stimulus, control)) {
    const message = 'control: is the same as the stimulus; it must be the same protocol done right'
    problems.push({ at: valueAt(root, ['control']), message })
  }
  return problems
}

interface WrittenPlay {
  generator: string
  with: object
}

function play(document: unknown, side: Side): WrittenPlay | null {
  if (!isMapping(document)) return null
  const written = document[side]
  if (!isMapping(written) || typeof written.generator !== 'string' || !isMapping(written.with)) return null
  return { generator: written.generator, with: written.with }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sideProblems(
  written: WrittenPlay,
  side: Side,
  root: YamlNode,
  cases: readonly Cell[],
  generators: readonly AnyGenerator[],
  files: Files,
): Problem[] {
  const generator = generators.find((each) => each.name === written.generator)
  if (generator === undefined) {
    const names = generators.map((each) => each.name)
    const message = `unknown generator "${written.generator}"${suggestion(written.generator, names)}`
    return [{ at: valueAt(root, [side, 'generator']), message }]
  }
  const found = new Map<string, { problem: Problem; labels: string[] }>()
  for (const { label, values } of cases) {
    for (const problem of caseProblems(generator, substitute(written.with, values), side, root, files)) {
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
  parameters: unknown,
  side: Side,
  root: YamlNode,
  files: Files,
): Problem[] {
  const base: Path = [side, 'with']
  const checked = generator.parameters.safeParse(parameters)
  if (!checked.success) {
    return explain(checked.error.issues, { schema: generator.parameters, value: parameters, root, base })
  }
  const refused = (path: Path, why: string): Problem[] => [
    { at: valueAt(root, [...base, ...path]), message: `${side}.with: ${why}` },
  ]
  try {
    if (isProcessGenerator(generator)) {
      generator.performance(checked.data, anyone)
      return []
    }
    const { frames } = generator.conversation(checked.data, anyone, files)
    return isEmpty(frames) ? refused([], `generator "${generator.name}" makes no packets of it`) : []
  } catch (cause) {
    if (cause instanceof GeneratorError) return refused(parsePath(cause.path), cause.message)
    return refused(
      [],
      `generator "${generator.name}" refuses it: ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
}

function isEmpty(things: Iterable<unknown>): boolean {
  for (const _ of things) return false
  return true
}

/** The parts of `frames[2].layers[1].udp`. */
function parsePath(written: string): Path {
  return [...written.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((part) => (part[1] === undefined ? part[0] : Number(part[1])))
}

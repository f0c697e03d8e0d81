import type { z } from 'zod'
import { knownKeys } from './known-keys.ts'
import { nearest, suggestion } from './nearest.ts'
import { keyAt, valueAt, written, type Path } from './positions.ts'
import type { Problem } from './problem.ts'
import { article, bound, echo, size, uncapitalised } from './wording.ts'
import type { YamlNode } from './yaml.ts'

type Issue = z.core.$ZodIssue

/** What the issues of a failed check are about. */
export interface Checked {
  schema: z.ZodType
  /** The value that was checked. */
  value: unknown
  /** Where it stands: the document's root, and the path from there to the value. */
  root: YamlNode
  base: Path
}

/** Turns the issues of a zod check into problems with positions, in words that name the key and echo the value. */
export function explain(issues: readonly Issue[], checked: Checked): Problem[] {
  return issues.flatMap((issue) => explainOne(issue, checked))
}

function explainOne(issue: Issue, checked: Checked): Problem[] {
  const { root, base, value } = checked
  const path = [...base, ...issue.path]
  const given = lookUp(value, issue.path)
  const at = valueAt(root, path)
  const name = path.length === 0 ? 'the document' : written(path)

  if (given === undefined && issue.path.length > 0 && issue.code !== 'custom') {
    const inside = path.length > 1 ? ` in "${written(path.slice(0, -1))}"` : ''
    return [{ at: keyAt(root, path.slice(0, -1)), message: `missing key "${String(path.at(-1))}"${inside}` }]
  }

  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(checked.schema, issue.path)
      return issue.keys.map((key) => {
        const free = known.filter((each) => !hasKey(given, each))
        return { at: keyAt(root, [...path, key]), message: `unknown key "${key}"${suggestion(key, free)}` }
      })
    }
    case 'invalid_type':
      return [{ at, message: `${name}: expected ${article(issue.expected)}, found ${echo(given)}` }]
    case 'invalid_value': {
      const known = issue.values.map(String)
      return [{ at, message: `${name}: ${echo(given)} is not allowed; ${choice(given, known)}` }]
    }
    case 'invalid_key': {
      const key = String(issue.path.at(-1))
      const why = issue.issues.map((inner) => inner.message).join(', ')
      return [{ at: keyAt(root, path), message: `key "${key}" is not allowed: ${why}` }]
    }
    case 'invalid_union':
      return explainUnion(issue, checked, { at, name, given })
    case 'too_small':
    case 'too_big':
      return [{ at, message: `${name}: ${bound(issue)}, found ${size(issue.origin, given)}` }]
    case 'custom':
      return [{ at, message: `${name}: ${issue.message}` }]
    default:
      return [{ at, message: `${name}: ${echo(given)} is not allowed: ${uncapitalised(issue.message)}` }]
  }
}

type UnionIssue = Extract<Issue, { code: 'invalid_union' }>

interface Place {
  at: number
  name: string
  given: unknown
}

/** Explains the alternative that was most likely meant; where none stands out, says what all of them expect. */
function explainUnion(issue: UnionIssue, checked: Checked, place: Place): Problem[] {
  if (issue.errors.length === 0) return [discriminator(issue, place)]
  const meant = issue.errors
    .filter((issues) => !issues.some((each) => each.path.length === 0 && each.code !== 'unrecognized_keys'))
    .toSorted((a, b) => misfit(a, place.given) - misfit(b, place.given) || a.length - b.length)[0]
  if (meant !== undefined) {
    return explain(
      meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
      checked,
    )
  }
  const flat = issue.errors.flat()
  const wanted = flat.map(expectation)
  if (wanted.includes(null)) {
    const why = [...new Set(flat.map((each) => uncapitalised(each.message)))].join('; or ')
    return [{ at: place.at, message: `${place.name}: ${echo(place.given)} is not allowed: ${why}` }]
  }
  const words = flat.flatMap((each) => (each.code === 'invalid_value' ? each.values.map(String) : []))
  const near = typeof place.given === 'string' ? nearest(place.given, words) : null
  const message =
    near === null
      ? `expected ${[...new Set(wanted)].join(' or ')}, found ${echo(place.given)}`
      : `${echo(place.given)} is not allowed; did you mean "${near}"?`
  return [{ at: place.at, message: `${place.name}: ${message}` }]
}

/** How many of a mapping's own keys an alternative does not know or lacks: the fewer, the likelier it was meant. */
function misfit(issues: readonly Issue[], given: unknown): number {
  return issues.reduce((sum, each) => {
    if (each.code === 'unrecognized_keys') return sum + (each.path.length === 0 ? each.keys.length : 0)
    return sum + (each.path.length === 1 && lookUp(given, each.path) === undefined ? 1 : 0)
  }, 0)
}

/** Alternatives that one key tells apart; zod's path leads to that key. */
function discriminator(issue: UnionIssue, place: Place): Problem {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []
  return {
    at: place.at,
    message: `${place.name}: ${echo(place.given)} is not allowed; ${choice(place.given, options)}`,
  }
}

function choice(given: unknown, known: readonly string[]): string {
  const near = typeof given === 'string' ? nearest(given, known) : null
  return near === null ? `use ${known.join(', ')}` : `did you mean "${near}"?`
}

function expectation(issue: Issue): string | null {
  if (issue.code === 'invalid_type') return article(issue.expected)
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(' or ')
  return null
}

function lookUp(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((from, part) => {
    if (typeof from !== 'object' || from === null || !Object.hasOwn(from, part)) return undefined
    return (from as Record<PropertyKey, unknown>)[part]
  }, value)
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}

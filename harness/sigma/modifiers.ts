import ipaddr from 'ipaddr.js'
import { base64Offsets, dashVariants, encodeText, type TextEncoding } from './encodings.ts'
import { all, any, type Comparison, type DatePart, type Expression, type Predicate } from './expression.ts'
import { type Pattern, type PatternPart, parsePattern, surround } from './pattern.ts'
import { UnsupportedRule } from './rejected.ts'

export type Scalar = string | number | boolean | null

/** Values of the placeholders that `expand` fills in, by name without the percent signs. */
export type Placeholders = Readonly<Record<string, readonly string[]>>

const modifierNames = [
  'all',
  'startswith',
  'endswith',
  'contains',
  'exists',
  'cased',
  'neq',
  'windash',
  're',
  'i',
  'm',
  's',
  'base64',
  'base64offset',
  'utf16le',
  'utf16be',
  'utf16',
  'wide',
  'lt',
  'lte',
  'gt',
  'gte',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'year',
  'cidr',
  'expand',
  'fieldref',
] as const
/** A modifier of the Sigma modifiers appendix 2.1. */
export type Modifier = (typeof modifierNames)[number]

const comparisons = ['lt', 'lte', 'gt', 'gte'] as const satisfies readonly Comparison[]
const dateParts = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const satisfies readonly DatePart[]
const encodings: Partial<Record<Modifier, TextEncoding>> = {
  utf16le: 'utf16le',
  wide: 'utf16le',
  utf16be: 'utf16be',
  utf16: 'utf16',
}

/** Splits `CommandLine|re|i`. An empty field is none: keywords. @throws UnsupportedRule */
export function parseKey(key: string): { field: string | null; modifiers: Modifier[] } {
  const [field = '', ...modifiers] = key.split('|')
  for (const modifier of modifiers) {
    if (!(modifierNames as readonly string[]).includes(modifier)) {
      throw new UnsupportedRule(`"${key}": the modifier "${modifier}" is not known`)
    }
  }
  return { field: field === '' ? null : field, modifiers: modifiers as Modifier[] }
}

/**
 * What one entry of a selection asks: `field|modifiers: values`.
 * @throws UnsupportedRule with the key, when a modifier does not fit the values or another modifier
 */
export function entryExpression(key: string, values: readonly Scalar[], placeholders: Placeholders): Expression {
  const { field, modifiers } = parseKey(key)
  try {
    const given = new Set(modifiers)
    const each = values.map((value) => valueExpression(field, value, modifiers, placeholders))
    const joined = given.has('all') ? all(each) : any(each)
    return given.has('neq') ? { not: joined } : joined
  } catch (error) {
    if (error instanceof UnsupportedRule) throw new UnsupportedRule(`"${key}": ${error.message}`, { cause: error })
    throw error
  }
}

function valueExpression(
  field: string | null,
  value: Scalar,
  modifiers: readonly Modifier[],
  placeholders: Placeholders,
): Expression {
  const given = new Set(modifiers)
  const is = (predicate: DistributiveOmit<Predicate, 'field'>): Expression => ({ predicate: { field, ...predicate } })
  if (given.has('exists')) {
    if (typeof value !== 'boolean') throw new UnsupportedRule(`exists takes true or false, not ${shown(value)}`)
    return is({ kind: 'exists', expected: value })
  }
  const comparison = comparisons.find((each) => given.has(each))
  if (comparison) return is({ kind: 'compare', operator: comparison, value: numeric(value, comparison) })
  const part = dateParts.find((each) => given.has(each))
  if (part) return is({ kind: 'date', part, value: numeric(value, part) })
  if (value === null) return is({ kind: 'null' })
  const text = String(value)
  const cased = given.has('cased')
  if (given.has('cidr')) return is({ kind: 'cidr', network: checkedNetwork(text) })
  if (given.has('re')) {
    return any(expand(text, given, placeholders).map((source) => is(expressionOf(source, given))))
  }
  if (given.has('fieldref')) {
    const mode = (['startswith', 'endswith', 'contains'] as const).find((each) => given.has(each)) ?? 'equals'
    return is({ kind: 'reference', other: text, mode, cased })
  }
  const patterns = expand(text, given, placeholders).flatMap((each) => patternsOf(each, modifiers))
  // A keyword may stand anywhere in a value.
  const placed = field === null ? patterns.map((pattern) => surround(pattern, true, true)) : patterns
  return any(placed.map((pattern) => is({ kind: 'text', pattern, cased })))
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** Carries the transforming modifiers out, in the order in which they are written. */
function patternsOf(text: string, modifiers: readonly Modifier[]): Pattern[] {
  let patterns: Pattern[] = [parsePattern(text)]
  let bytes: Buffer | null = null
  const literal = (pattern: Pattern, modifier: Modifier): string => {
    const [only = '', ...others] = pattern
    if (typeof only !== 'string' || others.length > 0) {
      throw new UnsupportedRule(`${modifier} cannot be applied to a value with wildcards, ${shown(text)}`)
    }
    return only
  }
  for (const modifier of modifiers) {
    const encoding = encodings[modifier]
    if (encoding) {
      bytes = encodeText(literal(patterns[0] ?? [], modifier), encoding)
      patterns = [[bytes.toString('latin1')]]
    } else if (modifier === 'base64' || modifier === 'base64offset') {
      const raw = bytes ?? encodeText(literal(patterns[0] ?? [], modifier), 'utf8')
      patterns = modifier === 'base64' ? [[raw.toString('base64')]] : base64Offsets(raw).map((each) => [each])
    } else if (modifier === 'windash') {
      patterns = patterns.flatMap((pattern) => withDashes(pattern))
    } else if (modifier === 'contains' || modifier === 'startswith' || modifier === 'endswith') {
      const before = modifier !== 'startswith'
      const after = modifier !== 'endswith'
      patterns = patterns.map((pattern) => surround(pattern, before, after))
    }
  }
  return patterns
}

/** Dashes are varied in the texts between the wildcards. */
function withDashes(pattern: Pattern): Pattern[] {
  let made: Pattern[] = [[]]
  for (const part of pattern) {
    const ways: readonly PatternPart[] = typeof part === 'string' ? dashVariants(part) : [part]
    made = made.flatMap((front) => ways.map((way): Pattern => [...front, way]))
  }
  return made
}

function expressionOf(
  source: string,
  given: ReadonlySet<Modifier>,
): { kind: 'expression'; source: string; flags: string } {
  // JavaScript knows no `(?i)` at the start of an expression; it means the same as the flag.
  const [, inline = '', rest = source] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(source) ?? []
  const flags = ['i', 'm', 's'].filter((flag) => given.has(flag as Modifier) || inline.includes(flag)).join('')
  try {
    new RegExp(rest, flags)
  } catch (cause) {
    throw new UnsupportedRule(`${shown(source)} is no expression that can be used: ${(cause as Error).message}`, {
      cause,
    })
  }
  return { kind: 'expression', source: rest, flags }
}

/** An escaped backslash or percent sign, or a placeholder. */
const placeholder = /\\[\\%]|%([A-Za-z0-9_.-]+)%/g

/** With `expand`, every way to fill the placeholders in; otherwise the value itself. */
function expand(text: string, given: ReadonlySet<Modifier>, placeholders: Placeholders): string[] {
  if (!given.has('expand')) return [text]
  let made = ['']
  let done = 0
  const append = (choices: readonly string[]) => {
    made = made.flatMap((front) => choices.map((choice) => front + choice))
  }
  for (const { 0: found, 1: name, index } of text.matchAll(placeholder)) {
    append([text.slice(done, index)])
    done = index + found.length
    if (name === undefined) append([found === '\\%' ? '%' : found])
    else append(placeholderValues(name, placeholders))
  }
  append([text.slice(done)])
  return made
}

function placeholderValues(name: string, placeholders: Placeholders): readonly string[] {
  const values = Object.hasOwn(placeholders, name) ? placeholders[name] : undefined
  if (values === undefined || values.length === 0) throw new UnsupportedRule(`the placeholder %${name}% has no value`)
  return values
}

function checkedNetwork(text: string): string {
  if (!ipaddr.isValidCIDR(text) && !ipaddr.isValid(text)) throw new UnsupportedRule(`${shown(text)} is no network`)
  return text
}

function numeric(value: Scalar, modifier: Modifier): number {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
  if (Number.isNaN(number)) throw new UnsupportedRule(`${modifier} takes a number, not ${shown(value)}`)
  return number
}

function shown(value: Scalar): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

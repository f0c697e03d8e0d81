/** Comparisons that may stand instead of a plain value in `fields`; all that are given must hold. */
const comparisons: Record<string, (actual: unknown, wanted: unknown) => boolean> = {
  equals: (actual, wanted) => same(actual, wanted),
  not: (actual, wanted) => !same(actual, wanted),
  contains: (actual, wanted) => typeof actual === 'string' && actual.includes(String(wanted)),
  matches: (actual, wanted) => typeof actual === 'string' && pattern(wanted).test(actual),
  min: (actual, wanted) => typeof actual === 'number' && actual >= Number(wanted),
  max: (actual, wanted) => typeof actual === 'number' && actual <= Number(wanted),
}

/** The keys that a comparison may have, for checks and messages. */
export const comparisonNames: readonly string[] = [...Object.keys(comparisons), 'exists']

/**
 * Which of the wanted fields a record does not carry, each as its dotted path.
 * A wanted value is a plain value (equal, `80` and `"80"` alike), a list (any of), or comparisons:
 * `{ contains: …, matches: …, min: …, max: …, not: …, equals: …, exists: true }`. Where the record holds a list,
 * one member has to fit. An unknown comparison never fits.
 */
export function missingFields(record: Record<string, unknown>, wanted: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(wanted)
    .filter(([path, value]) => !fits(at(record, path.split('.')), value))
    .map(([path]) => path)
}

/** Follows a path; a list on the way is followed in each member. Missing is undefined. */
function at(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (typeof value !== 'object' || value === null) return undefined
  if (Object.hasOwn(value, key)) return at((value as Record<string, unknown>)[key], rest)
  if (!Array.isArray(value)) return undefined
  const members = value.map((member) => at(member, path)).filter((member) => member !== undefined)
  return members.length === 0 ? undefined : members.flat()
}

function fits(actual: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) return wanted.some((each) => fits(actual, each))
  if (typeof wanted !== 'object' || wanted === null) return anyOf(actual, (each) => same(each, wanted))
  const given = Object.entries(wanted)
  return given.length > 0 && given.every(([name, value]) => compare(name, actual, value))
}

function compare(name: string, actual: unknown, wanted: unknown): boolean {
  if (name === 'exists') return (actual !== undefined) === (wanted !== false)
  const comparison = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined
  if (comparison === undefined || actual === undefined) return false
  if (name === 'not')
    return Array.isArray(actual) ? actual.every((each) => comparison(each, wanted)) : comparison(actual, wanted)
  return anyOf(actual, (each) => comparison(each, wanted))
}

function anyOf(actual: unknown, test: (value: unknown) => boolean): boolean {
  return Array.isArray(actual) ? actual.some(test) : test(actual)
}

function same(actual: unknown, wanted: unknown): boolean {
  if (isScalar(actual) && isScalar(wanted)) return String(actual) === String(wanted)
  return actual !== undefined && actual === wanted
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** A pattern that cannot be read fits nothing. */
function pattern(text: unknown): RegExp {
  try {
    return new RegExp(String(text))
  } catch {
    return /(?!)/
  }
}

import type { Scalar } from './modifiers.ts'

/** Where a field of a rule is found in an event. */
export interface FieldSource {
  /** Dotted paths; a key that has the whole name comes first, lists are gone through. All values found count. */
  paths: readonly string[]
  /** Joins the values of a list to one text, such as an argument vector to a command line. */
  join?: string
  /** The field has this value in every event, whatever the event says. */
  constant?: string
}

/** The values that an event has at a field; undefined where it has no such field. */
export type FieldReader = (event: unknown) => Scalar[] | undefined

export function fieldReader({ paths, join, constant }: FieldSource): FieldReader {
  if (constant !== undefined) return () => [constant]
  const routes = paths.map((path) => ({ path, keys: path.split('.') }))
  return (event) => {
    let found: Scalar[] | undefined
    for (const { path, keys } of routes) {
      const values = at(event, path, keys)
      if (values !== undefined) found = found === undefined ? values : [...found, ...values]
    }
    return found !== undefined && join !== undefined && found.length > 0 ? [found.join(join)] : found
  }
}

/** Every text and number of an event, wherever it is. */
export function everyValue(event: unknown): Scalar[] {
  const found: Scalar[] = []
  const visit = (value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'number') found.push(value)
    else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) visit(inner)
  }
  visit(event)
  return found
}

function at(event: unknown, path: string, keys: readonly string[]): Scalar[] | undefined {
  if (keys.length > 1 && isObject(event) && Object.hasOwn(event, path)) return scalars(event[path])
  return walk(event, keys, 0)
}

function walk(value: unknown, keys: readonly string[], depth: number): Scalar[] | undefined {
  const key = keys[depth]
  if (key === undefined) return scalars(value)
  if (Array.isArray(value)) {
    if (/^\d+$/.test(key)) return value.length > Number(key) ? walk(value[Number(key)], keys, depth + 1) : undefined
    const inner = value.map((item) => walk(item, keys, depth)).filter((item) => item !== undefined)
    return inner.length === 0 ? undefined : inner.flat()
  }
  if (!isObject(value) || !Object.hasOwn(value, key)) return undefined
  return walk(value[key], keys, depth + 1)
}

/** An object counts as there, without a value of its own. */
function scalars(value: unknown): Scalar[] {
  if (Array.isArray(value)) return value.flatMap(scalars)
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return [value]
  return []
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

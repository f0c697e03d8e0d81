import { closest, distance } from 'fastest-levenshtein'
import { GeneratorError } from '../errors.ts'
import type { Identity } from '../identity.ts'
import { derive16, derive32 } from './derive.ts'

/** Names that a scenario may write as `${name}` in any value, and what they are in one trial. */
export function namesOf(identity: Identity): Readonly<Record<string, string | number>> {
  if (last?.identity === identity) return last.names
  const { client, server, marker } = identity
  const names = {
    marker,
    'marker.number16': derive16(marker, 'number'),
    'marker.number32': derive32(marker, 'number'),
    'client.mac': client.mac,
    'client.ipv4': client.ipv4,
    'client.ipv6': client.ipv6,
    'client.port': client.port,
    'server.mac': server.mac,
    'server.ipv4': server.ipv4,
    'server.ipv6': server.ipv6,
    'server.port': server.port,
  }
  last = { identity, names }
  return names
}

/** Every packet of a conversation asks for them. */
let last: { identity: Identity; names: Readonly<Record<string, string | number>> } | null = null

/**
 * Fills `${name}` in every text of a value, however deep. A text that is nothing but one name becomes that name's own
 * value, so `${client.port}` stays a number. `$${` stands for a plain `${`.
 * @throws GeneratorError for a name that does not exist, with the nearest one that does
 */
export function resolveNames(value: unknown, names: Record<string, string | number>, path: string): unknown {
  if (typeof value === 'string') return resolveText(value, names, path)
  if (value instanceof Uint8Array) return value
  return changedCopy(value, path, hasNames, (part, place) => resolveNames(part, names, place))
}

function hasNames(part: unknown): boolean {
  return typeof part === 'string' ? part.includes('$') : typeof part === 'object'
}

/**
 * A list or plain object with each of its parts changed; it itself where no part is another one afterwards, for most of what a
 * scenario says holds no name at all. Anything else as it is.
 * @param mayChange of a part; where it says no, `change` is not asked
 */
export function changedCopy(
  value: unknown,
  path: string,
  mayChange: (part: unknown) => boolean,
  change: (part: unknown, path: string) => unknown,
): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const parts = value.map((part, index) => (mayChange(part) ? change(part, `${path}[${index}]`) : part))
    return parts.every((part, index) => part === value[index]) ? value : parts
  }
  let copy: Record<string, unknown> | null = null
  for (const key of Object.keys(value)) {
    const part = (value as Record<string, unknown>)[key]
    if (!mayChange(part)) continue
    const changed = change(part, join(path, key))
    if (changed === part) continue
    copy ??= { ...value }
    copy[key] = changed
  }
  return copy ?? value
}

/** A path one key longer. */
export function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

/** `; did you mean "x"?` where one of the choices is near enough, else nothing. */
export function suggestion(wrong: string, choices: readonly string[]): string {
  if (choices.length === 0) return ''
  const nearest = closest(wrong, choices)
  return distance(wrong, nearest) <= Math.max(2, wrong.length / 3) ? `; did you mean "${nearest}"?` : ''
}

function resolveText(text: string, names: Record<string, string | number>, path: string): string | number {
  if (!text.includes('$')) return text
  const whole = /^\$\{([^${}]*)\}$/.exec(text)
  if (whole?.[1] !== undefined) return lookUp(whole[1], names, path)
  return text.replace(/\$\$\{|\$\{([^${}]*)\}/g, (match, name: string | undefined) =>
    name === undefined ? (match === '$${' ? '${' : match) : String(lookUp(name, names, path)),
  )
}

function lookUp(name: string, names: Record<string, string | number>, path: string): string | number {
  const found = Object.hasOwn(names, name) ? names[name] : undefined
  if (found !== undefined) return found
  const choices = Object.keys(names)
  throw new GeneratorError(
    path,
    `unknown name "\${${name}}"${suggestion(name, choices) || `; names are ${choices.join(', ')}`}`,
  )
}

/** Where two values of one field begin to differ. */
export interface Difference {
  /** `[0].certificate`; empty for the values as they are. */
  path: string
  /** Byte from which on they differ, where both are bytes. */
  byte?: number
  value: unknown
  other: unknown
}

/** The first place at which two decoded values differ, as deep inside as both have the same form. */
export function firstDifference(value: unknown, other: unknown, path = ''): Difference {
  if (value instanceof Uint8Array && other instanceof Uint8Array) {
    const byte = value.findIndex((each, index) => each !== other[index])
    const from = byte === -1 ? Math.min(value.length, other.length) : byte
    return from === 0
      ? { path, value, other }
      : { path, byte: from, value: value.subarray(from), other: other.subarray(from) }
  }
  if (!isComposed(value) || !isComposed(other) || isWords(value) || isWords(other)) return { path, value, other }
  const keys = [...new Set([...Object.keys(value), ...Object.keys(other)])]
  const key = keys.find((each) => keyOf(value[each]) !== keyOf(other[each]))
  if (key === undefined || isEmptyEnd(value, other, key)) return { path, value, other }
  return firstDifference(
    value[key],
    other[key],
    `${path}${Array.isArray(value) ? `[${key}]` : `${path === '' ? '' : '.'}${key}`}`,
  )
}

/** A value as text that is the same for the same value. */
export function keyOf(value: unknown): string {
  const inHex = (_key: string, inner: unknown) =>
    inner instanceof Uint8Array ? Buffer.from(inner).toString('hex') : inner
  return JSON.stringify(value, inHex) ?? ''
}

/** One of the two lists has no item there at all: the whole of them says more. */
function isEmptyEnd(value: object, other: object, key: string): boolean {
  return !Object.hasOwn(value, key) || !Object.hasOwn(other, key)
}

/** A list such as flags is read as a whole. */
function isWords(value: object): boolean {
  return (
    Array.isArray(value) &&
    value.every((each) => typeof each === 'number' || (typeof each === 'string' && /^\w*$/.test(each)))
  )
}

function isComposed(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
}

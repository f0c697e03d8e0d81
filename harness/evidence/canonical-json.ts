/**
 * A JSON value as the one text that RFC 8785 allows: no white space, keys sorted by UTF-16 code units, numbers and
 * strings as ECMAScript writes them. Two makers of the same value get the same bytes, so that it can be hashed and signed.
 * Keys whose value is undefined are left out, as in JSON.stringify.
 * @throws TypeError for what JSON cannot hold: NaN, infinities, functions, lone surrogates
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined)
    // The default order of sort is that of UTF-16 code units.
    const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${sorted.map(([key, one]) => `${text(key)}:${canonicalJson(one)}`).join(',')}}`
  }
  if (typeof value === 'string') return text(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  throw new TypeError(`a value of type ${typeof value} cannot be written as JSON`)
}

function text(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new TypeError(`${JSON.stringify(value)} holds a lone surrogate`)
  return JSON.stringify(value)
}

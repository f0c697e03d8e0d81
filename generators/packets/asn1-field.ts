import { type Asn1, presentElement, writeElement } from './asn1.ts'
import { readElement } from './asn1-element.ts'
import { parseBytes, sameBytes } from './bytes.ts'
import type { BytesField, Values } from './field.ts'

/**
 * A field that is one element of ASN.1. Written as a value of the type, or as bytes for the whole element; read as a
 * value where it makes the same bytes again, otherwise as bytes.
 */
export function asn1Field(
  doc: string,
  type: Asn1,
  options: { initial?: unknown; when?: (values: Values) => boolean } = {},
): BytesField<Uint8Array> {
  const { initial = {}, when } = options
  const parse = (raw: unknown, where: string): Uint8Array =>
    isBytes(raw) ? parseBytes(raw, where) : writeElement(type, raw, where)
  return {
    kind: 'bytes',
    type: type.type,
    doc,
    initial: parse(initial, 'initial'),
    ...(when === undefined ? {} : { when }),
    parse,
    present: (value) => {
      const read = readElement(value, 0)
      const shown = read === undefined || read.end < value.length ? undefined : presentElement(type, read)
      return shown !== undefined && !isBytes(shown) && sameBytes(parse(shown, 'element'), value) ? shown : value
    },
    encode: (value) => value,
    decode: (bytes, start, _values, problems) => {
      if (start >= bytes.length) return undefined
      const read = readElement(bytes, start)
      if (read === undefined) {
        problems.push(`element at byte ${start} is longer than the ${bytes.length - start} bytes that are there`)
        return [bytes.subarray(start), bytes.length]
      }
      const value = bytes.subarray(start, read.end)
      if (presentElement(type, read) === undefined) problems.push(`element at byte ${start} is not ${type.type}`)
      return [value, read.end]
    },
  }
}

function isBytes(raw: unknown): boolean {
  if (raw instanceof Uint8Array) return true
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return false
  const keys = Object.keys(raw)
  return keys.length === 1 && (keys[0] === 'hex' || keys[0] === 'repeat')
}

import { extent } from './byte-fields.ts'
import { concatBytes, parseBytes, shown } from './bytes.ts'
import { type BytesField, u16, type Values } from './field.ts'
import { parseLengthAndData } from './length-and-data.ts'
import { PacketError } from './packet-error.ts'

/** Largest number that the four bytes of a remaining length can hold. */
const largestLength = 0xfff_ffff

/**
 * A remaining length: 7 bits a byte, lowest first, one to four bytes. Written as a number, or as the bytes
 * themselves; read as a number unless it takes more bytes than it needs. MQTT 3.1.1 §2.2.3.
 */
export function remainingLengthField(doc: string, computed: string): BytesField<Uint8Array> {
  return {
    kind: 'bytes',
    type: 'number in 1 to 4 bytes',
    doc,
    computed,
    initial: Uint8Array.of(0),
    parse: (raw, where) => {
      if (typeof raw !== 'number') return parseBytes(raw, where)
      if (Number.isInteger(raw) && raw >= 0 && raw <= largestLength) return encodeLength(raw)
      throw new PacketError(where, `${shown(raw)} is not allowed; a whole number from 0 to ${largestLength}, or bytes`)
    },
    present: (value) => {
      const number = lengthOf(value)
      return encodeLength(Math.min(number, largestLength)).length === value.length && !endless(value) ? number : value
    },
    encode: (value) => value,
    decode: (bytes, start, _values, problems) => {
      let end = start
      while (end < bytes.length && end < start + 3 && (bytes[end] as number) >= 0x80) end++
      if (end === bytes.length) return undefined
      const value = bytes.subarray(start, end + 1)
      if (endless(value)) problems.push('remaining length does not end after 4 bytes')
      return [value, end + 1]
    },
  }
}

/** The bytes of a remaining length, as few as it needs. */
export function encodeLength(number: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = number; ; rest >>>= 7) {
    if (rest < 0x80) return Uint8Array.from([...bytes, rest])
    bytes.push((rest & 0x7f) | 0x80)
  }
}

/** The number that the bytes of a remaining length stand for. */
export function lengthOf(bytes: Uint8Array): number {
  return bytes.reduceRight((sum, byte) => sum * 128 + (byte & 0x7f), 0)
}

const lengthField = u16('Bytes that follow.')

/**
 * Bytes after their length in two bytes. Written as text or bytes, or as `{ length, data }` for a length that is
 * wrong; read as text where it is UTF-8. MQTT 3.1.1 §1.5.3.
 */
export function lengthPrefixed(
  doc: string,
  options: { initial?: string; when?: (values: Values) => boolean } = {},
): BytesField<Uint8Array> {
  const { initial = '', ...others } = options
  return {
    kind: 'bytes',
    type: 'string after its length',
    doc,
    ...others,
    initial: prefixed(new TextEncoder().encode(initial)),
    parse: (raw, where) => {
      const { data, length } = parseLengthAndData(raw, where, lengthField)
      return prefixed(data, length)
    },
    present: (value) => {
      const length = announced(value, 0)
      const data = value.subarray(2)
      if (length !== data.length) return { length, data }
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(data)
      return text.includes('\ufffd') ? data : text
    },
    encode: (value) => value,
    decode: (bytes, start, _values, problems) => {
      if (start + 2 > bytes.length) return undefined
      const end = extent(bytes, start + 2, announced(bytes, start), 'string', problems)
      return [bytes.subarray(start, end), end]
    },
  }
}

function prefixed(data: Uint8Array, length = Math.min(0xffff, data.length)): Uint8Array {
  return concatBytes([Uint8Array.of(length >> 8, length & 0xff), data])
}

function announced(bytes: Uint8Array, start: number): number {
  return ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0)
}

function endless(value: Uint8Array): boolean {
  return ((value.at(-1) ?? 0) & 0x80) !== 0
}

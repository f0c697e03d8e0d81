import { extent } from './byte-fields.ts'
import { concatBytes } from './bytes.ts'
import { textOrBytes } from './dns-data.ts'
import { type BytesField, type FieldOptions, u32 } from './field.ts'
import { parseLengthAndData } from './length-and-data.ts'

const lengthField = u32('Bytes that follow.')

/**
 * Bytes after their length in four bytes, filled up to a multiple of four. Written as text or bytes, or as
 * `{ length, data }` for a length that is wrong. RFC 4506 §4.10.
 */
export function opaque(doc: string, options: FieldOptions<Uint8Array> = {}): BytesField<Uint8Array> {
  const { initial = new Uint8Array(0), ...others } = options
  return {
    kind: 'bytes',
    type: 'bytes after their length',
    doc,
    ...others,
    initial: laidOut(initial),
    parse: (raw, where) => {
      const { data, length } = parseLengthAndData(raw, where, lengthField)
      return laidOut(data, length)
    },
    present: (value) => {
      const length = announced(value, 0)
      const padding = (4 - (length % 4)) % 4
      const isUsual = length + padding + 4 === value.length && value.subarray(4 + length).every((byte) => byte === 0)
      return isUsual ? textOrBytes(value.subarray(4, 4 + length)) : { length, data: value.subarray(4) }
    },
    encode: (value) => value,
    decode: (input, start, _values, problems) => {
      if (start + 4 > input.length) return undefined
      const length = announced(input, start)
      const end = extent(input, start + 4, length + ((4 - (length % 4)) % 4), 'bytes', problems)
      return [input.subarray(start, end), end]
    },
  }
}

/** The length that stands before the bytes of a value. */
export function opaqueLength(value: Uint8Array): number {
  return announced(value, 0)
}

/** With a length that is given, the data is written as it is. */
function laidOut(data: Uint8Array, length?: number): Uint8Array {
  const size = length ?? data.length
  const padding = length === undefined ? (4 - (size % 4)) % 4 : 0
  const head = new Uint8Array(4)
  new DataView(head.buffer).setUint32(0, size)
  return concatBytes([head, data, new Uint8Array(padding)])
}

function announced(bytes: Uint8Array, start: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(start)
}

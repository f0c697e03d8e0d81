import { extent } from './byte-fields.ts'
import { parseBytes, sameBytes } from './bytes.ts'
import type { BytesField, Values } from './field.ts'

/** Text in UTF-16 with its low byte first, or any bytes; `length` is in bytes, absent means all that is left. */
export function utf16(
  doc: string,
  options: { initial?: string; length?: (values: Values) => number; label?: string } = {},
): BytesField<Uint8Array> {
  const { initial = '', length, label = 'text' } = options
  return {
    kind: 'bytes',
    type: 'UTF-16 text or bytes',
    doc,
    initial: toUtf16(initial),
    parse: (raw, where) => (typeof raw === 'string' ? toUtf16(raw) : parseBytes(raw, where)),
    present: (value) => {
      const text = new TextDecoder('utf-16le', { ignoreBOM: true }).decode(value)
      return sameBytes(toUtf16(text), value) ? text : value
    },
    encode: (value) => value,
    decode: (input, start, values, problems) => {
      const end = extent(input, start, length?.(values), label, problems)
      return [input.subarray(start, end), end]
    },
  }
}

function toUtf16(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf16le'))
}

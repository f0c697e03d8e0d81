import { concatBytes, parseBytes } from './bytes.ts'
import { textOrBytes } from './dns-data.ts'
import type { BytesField, Values } from './field.ts'

const encoder = new TextEncoder()

/**
 * A name-list: its length in four bytes, then names with commas between. Written as a list of names, or as the bytes
 * of the whole; read as a list where it is one. RFC 4251 §5.
 */
export function nameList(doc: string, initial: string[], when: (values: Values) => boolean): BytesField<Uint8Array> {
  return {
    kind: 'bytes',
    type: 'list of names',
    doc,
    when,
    initial: prefixed(encoder.encode(initial.join(','))),
    parse: (raw, where) => {
      if (!Array.isArray(raw)) return parseBytes(raw, where)
      const names = raw.map((name, index) => parseBytes(name, `${where}[${index}]`))
      return prefixed(concatBytes(names.flatMap((name, index) => (index === 0 ? [name] : [encoder.encode(','), name]))))
    },
    present: (value) => {
      const text = textOrBytes(value.subarray(4))
      return typeof text === 'string' ? (text === '' ? [] : text.split(',')) : value
    },
    encode: (value) => value,
    decode: (bytes, start) => {
      if (start + 4 > bytes.length) return undefined
      const end = start + 4 + new DataView(bytes.buffer, bytes.byteOffset + start).getUint32(0)
      return end > bytes.length ? undefined : [bytes.subarray(start, end), end]
    },
  }
}

function prefixed(names: Uint8Array): Uint8Array {
  const whole = new Uint8Array(4 + names.length)
  new DataView(whole.buffer).setUint32(0, names.length)
  whole.set(names, 4)
  return whole
}

import { shown } from './bytes.ts'
import type { BytesField, FieldOptions } from './field.ts'
import { PacketError } from './packet-error.ts'

/** A whole number of 16 bits, low byte first. */
export function u16le(doc: string, options: FieldOptions = {}): BytesField<number> {
  return {
    kind: 'bytes',
    type: 'u16, low byte first',
    size: 2,
    doc,
    initial: 0,
    ...options,
    parse: (raw, where) => {
      if (Number.isInteger(raw) && (raw as number) >= 0 && (raw as number) <= 0xffff) return raw as number
      throw new PacketError(where, `${shown(raw)} is not allowed; a whole number from 0 to 65535`)
    },
    present: (value) => value,
    encode: (value) => Uint8Array.of(value & 0xff, value >> 8),
    decode: (bytes, start) =>
      start + 2 > bytes.length
        ? undefined
        : [(bytes[start] as number) | ((bytes[start + 1] as number) << 8), start + 2],
  }
}

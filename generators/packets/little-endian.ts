import { type BytesField, type FieldOptions, type NumberOptions, u16, u32 } from './field.ts'

/** A whole number of 16 bits, low byte first. */
export function u16le(doc: string, options: FieldOptions = {}): BytesField<number> {
  const { parse, present } = u16(doc)
  return {
    kind: 'bytes',
    type: 'u16, low byte first',
    size: 2,
    doc,
    initial: 0,
    ...options,
    parse,
    present,
    encode: (value) => Uint8Array.of(value & 0xff, value >> 8),
    decode: (bytes, start) =>
      start + 2 > bytes.length
        ? undefined
        : [(bytes[start] as number) | ((bytes[start + 1] as number) << 8), start + 2],
  }
}

/** A whole number of 32 bits, low byte first. */
export function u32le(doc: string, options: NumberOptions = {}): BytesField<number> {
  const { parse, present } = u32(doc, options)
  return {
    kind: 'bytes',
    type: 'u32, low byte first',
    size: 4,
    doc,
    initial: 0,
    ...options,
    parse,
    present,
    encode: (value) => Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24),
    decode: (bytes, start) =>
      start + 4 > bytes.length
        ? undefined
        : [new DataView(bytes.buffer, bytes.byteOffset + start).getUint32(0, true), start + 4],
  }
}

import { type BytesField, type NumberField, type NumberOptions, u16, u32 } from './field.ts'

/** A number of 16 or 32 bits, flags or not, with its low byte first. */
export function littleEndian(field: NumberField): BytesField<number> {
  const size = field.bits / 8
  const { kind: _kind, bits: _bits, ...others } = field
  return {
    ...others,
    kind: 'bytes',
    type: `${field.type}, low byte first`,
    size,
    encode: (value) => Uint8Array.from({ length: size }, (_, index) => (value >>> (index * 8)) & 0xff),
    decode: (bytes, start) => {
      if (start + size > bytes.length) return undefined
      let value = 0
      for (let index = size - 1; index >= 0; index--) value = value * 256 + (bytes[start + index] as number)
      return [value, start + size]
    },
  }
}

/** A whole number of 16 bits, low byte first. */
export const u16le = (doc: string, options?: NumberOptions) => littleEndian(u16(doc, options))

/** A whole number of 32 bits, low byte first. */
export const u32le = (doc: string, options?: NumberOptions) => littleEndian(u32(doc, options))

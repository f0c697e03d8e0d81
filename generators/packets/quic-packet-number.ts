import { readBits, writeBits } from './bits.ts'
import { type BytesField, bits, numberOf, type Values } from './field.ts'

/** Bytes that the packet number takes. */
export function packetNumberSize(values: Values): number {
  return numberOf(values, 'packetNumberLength') + 1
}

/** A packet number in as many bytes as `packetNumberLength` says. RFC 9000 §17.1. */
export function packetNumber(when?: (values: Values) => boolean): BytesField<number> {
  const { parse, present } = bits(32, '')
  return {
    kind: 'bytes',
    type: 'number in 1 to 4 bytes',
    doc: 'Packet number, its lowest bytes.',
    initial: 0,
    ...(when === undefined ? {} : { when }),
    parse,
    present,
    encode: (value, values) => {
      const bytes = new Uint8Array(packetNumberSize(values))
      writeBits(bytes, 0, bytes.length * 8, value % 256 ** bytes.length)
      return bytes
    },
    decode: (bytes, start, values) => {
      const size = packetNumberSize(values)
      return start + size > bytes.length ? undefined : [readBits(bytes, start * 8, size * 8), start + size]
    },
  }
}

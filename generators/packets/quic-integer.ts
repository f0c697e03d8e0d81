import { parseBytes, shown } from './bytes.ts'
import type { BytesField, FieldOptions } from './field.ts'
import { PacketError } from './packet-error.ts'

/** A variable-length integer of QUIC, written in as few bytes as it needs. RFC 9000 §16. */
export function encodeQuicInteger(value: number): Uint8Array {
  if (value < 0x40) return Uint8Array.of(value)
  const size = value < 0x4000 ? 2 : value < 0x4000_0000 ? 4 : 8
  const bytes = new Uint8Array(size)
  let rest = value
  for (let index = size - 1; index >= 0; index--) {
    bytes[index] = rest % 256
    rest = Math.floor(rest / 256)
  }
  bytes[0] = (bytes[0] as number) | (Math.log2(size) << 6)
  return bytes
}

/** The number that the bytes of a variable-length integer stand for. */
export function quicNumber(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte, index) => sum * 256 + (index === 0 ? byte & 0x3f : byte), 0)
}

/**
 * A variable-length integer: written as a number, or as bytes of any length; read as a number unless it takes more
 * bytes than it needs or is too large for one. RFC 9000 §16.
 */
export function quicInteger(doc: string, options: FieldOptions<number> = {}): BytesField<Uint8Array> {
  const { initial = 0, ...others } = options
  return {
    kind: 'bytes',
    type: 'number in 1 to 8 bytes',
    doc,
    ...others,
    initial: encodeQuicInteger(initial),
    parse: (raw, where) => {
      if (typeof raw !== 'number') return parseBytes(raw, where)
      if (Number.isSafeInteger(raw) && raw >= 0) return encodeQuicInteger(raw)
      throw new PacketError(where, `${shown(raw)} is not allowed; a whole number from 0, or bytes`)
    },
    present: (value) => {
      const number = quicNumber(value)
      return Number.isSafeInteger(number) && encodeQuicInteger(number).length === value.length ? number : value
    },
    encode: (value) => value,
    decode: (bytes, start) => {
      const first = bytes[start]
      if (first === undefined) return undefined
      const end = start + 2 ** (first >> 6)
      return end > bytes.length ? undefined : [bytes.subarray(start, end), end]
    },
  }
}

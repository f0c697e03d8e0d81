import { parseBytes, shown } from './bytes.ts'
import type { BytesField, Values } from './field.ts'
import { PacketError } from './packet-error.ts'

/** Settings of a number of 64 bits. */
export interface WideOptions {
  initial?: number
  computed?: string
  when?: (values: Values) => boolean
}

/** A whole number of 64 bits, written as a number or as its eight bytes; read as bytes where a number would not be exact. */
export const u64 = (doc: string, options: WideOptions = {}) => wide('u64', doc, options, false)

/** The same, low byte first. */
export const u64le = (doc: string, options: WideOptions = {}) => wide('u64, low byte first', doc, options, true)

/** Eight bytes of a number, the high one first. */
export function wideBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

/** The number that eight bytes stand for, the high one first; undefined where it would not be exact. */
export function wideNumber(bytes: Uint8Array): number | undefined {
  const value = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0))
  return Number.isSafeInteger(value) ? value : undefined
}

function wide(type: string, doc: string, options: WideOptions, isLittle: boolean): BytesField<Uint8Array> {
  const { initial = 0, ...others } = options
  const turned = (bytes: Uint8Array) => (isLittle ? bytes.slice().reverse() : bytes)
  return {
    kind: 'bytes',
    type,
    size: 8,
    doc,
    ...others,
    initial: turned(wideBytes(initial)),
    parse: (raw, where) => {
      if (typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0) return turned(wideBytes(raw))
      const bytes = typeof raw === 'number' ? undefined : parseBytes(raw, where)
      if (bytes?.length === 8) return bytes
      throw new PacketError(where, `${shown(raw)} is not allowed; a whole number from 0 to 2^53 - 1, or eight bytes`)
    },
    present: (value) => wideNumber(turned(value)) ?? value,
    encode: (value) => value,
    decode: (bytes, start) => (start + 8 > bytes.length ? undefined : [bytes.subarray(start, start + 8), start + 8]),
  }
}

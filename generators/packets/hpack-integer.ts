import { concatBytes, parseBytes, shown } from './bytes.ts'
import { PacketError } from './packet-error.ts'

/** A number, or the bytes after a prefix of ones: longer than needed, without an end, beyond any number. */
export type HpackInteger = number | { continuation: Uint8Array }

/** An integer read from bytes, and where it ends. */
export interface ReadInteger {
  value: HpackInteger
  end: number
}

/** Far more bytes than the largest safe number takes. */
const mostContinuation = 7

/** Reads an integer as a scenario writes it: a number, or `{ continuation: bytes }`. @throws PacketError */
export function parseInteger(raw: unknown, where: string): HpackInteger {
  if (Number.isSafeInteger(raw) && (raw as number) >= 0) return raw as number
  if (typeof raw === 'object' && raw !== null && 'continuation' in raw && Object.keys(raw).length === 1)
    return { continuation: parseBytes(raw.continuation, `${where}.continuation`) }
  throw new PacketError(where, `${shown(raw)} is not allowed; a whole number from 0, or { continuation: bytes }`)
}

/** An integer with a prefix of so many bits; `pattern` are the bits above the prefix. RFC 7541 §5.1. */
export function encodeInteger(value: HpackInteger, prefix: number, pattern: number): Uint8Array {
  const most = 2 ** prefix - 1
  if (typeof value !== 'number') return concatBytes([Uint8Array.of(pattern | most), value.continuation])
  if (value < most) return Uint8Array.of(pattern | value)
  const bytes = [pattern | most]
  let rest = value - most
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  return Uint8Array.from([...bytes, rest])
}

/** Reads an integer; as bytes where a number would be written otherwise. Undefined when it does not end. */
export function decodeInteger(bytes: Uint8Array, start: number, prefix: number): ReadInteger | undefined {
  const most = 2 ** prefix - 1
  const first = bytes[start]
  if (first === undefined) return undefined
  if ((first & most) < most) return { value: first & most, end: start + 1 }
  let end = start + 1
  while ((bytes[end] ?? 0) >= 0x80) end++
  if (end >= bytes.length) return undefined
  end++
  const continuation = bytes.subarray(start + 1, end)
  if (continuation.length > mostContinuation || (continuation.length > 1 && continuation.at(-1) === 0))
    return { value: { continuation }, end }
  return { value: continuation.reduceRight((sum, byte) => sum * 0x80 + (byte & 0x7f), 0) + most, end }
}

/** The number that an integer stands for; infinite for one that no number can be. */
export function numberOfInteger(value: HpackInteger): number {
  if (typeof value === 'number') return value
  if (value.continuation.length > mostContinuation) return Number.POSITIVE_INFINITY
  return value.continuation.reduceRight((sum, byte) => sum * 0x80 + (byte & 0x7f), 0)
}

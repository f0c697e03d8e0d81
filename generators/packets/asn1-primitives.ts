import type { Asn1Type } from './asn1.ts'
import { parseBytes, shown } from './bytes.ts'
import { textOrBytes } from './dns-data.ts'
import { PacketError } from './packet-error.ts'

/** A whole number, in as few bytes as it needs, or any bytes. */
export function integer(names: Readonly<Record<string, number>> = {}, tag = 0x02): Asn1Type {
  return {
    type: 'whole number',
    tag,
    contents: (raw, where) => {
      const value = typeof raw === 'string' && Object.hasOwn(names, raw) ? names[raw] : raw
      if (Number.isSafeInteger(value)) return numberBytes(value as number)
      if (typeof value !== 'string' && typeof value !== 'number') return parseBytes(value, where)
      throw new PacketError(
        where,
        `${shown(raw)} is not a whole number${Object.keys(names)
          .map((name) => `, or ${name}`)
          .join('')}`,
      )
    },
    present: (contents) => {
      const value = signedNumber(contents)
      return value === undefined ? contents : value
    },
  }
}

/** Bytes or text, by its tag an OCTET STRING. */
export function octets(type = 'bytes', tag = 0x04): Asn1Type {
  return { type, tag, contents: parseBytes, present: textOrBytes }
}

/** NULL. */
export const nothing: Asn1Type = {
  type: 'null',
  tag: 0x05,
  contents: (raw, where) => (raw === null ? new Uint8Array(0) : parseBytes(raw, where)),
  present: (contents) => (contents.length === 0 ? null : contents),
}

/** An object identifier, as `1.3.6.1`. X.690 §8.19. */
export const objectIdentifier: Asn1Type = {
  type: 'object identifier',
  tag: 0x06,
  contents: (raw, where) => {
    if (typeof raw !== 'string') return parseBytes(raw, where)
    if (!/^[0-2](\.\d{1,15})+$/.test(raw))
      throw new PacketError(where, `${shown(raw)} is not an object identifier, such as 1.3.6.1`)
    const [first = 0, second = 0, ...rest] = raw.split('.').map(Number)
    return Uint8Array.from([first * 40 + second, ...rest].flatMap(base128))
  },
  present: identifierText,
}

function numberBytes(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.unshift(((rest % 256) + 256) % 256)
    rest = Math.floor(rest / 256)
  } while (!(rest === 0 && (bytes[0] ?? 0) < 0x80) && !(rest === -1 && (bytes[0] ?? 0) >= 0x80))
  return Uint8Array.from(bytes)
}

function signedNumber(contents: Uint8Array): number | undefined {
  if (contents.length === 0 || contents.length > 6) return undefined
  let value = (contents[0] ?? 0) >= 0x80 ? -1 : 0
  for (const byte of contents) value = value * 256 + byte
  return value
}

function base128(value: number): number[] {
  const bytes = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(128 + (rest % 128))
  return bytes
}

/** Undefined where a number is cut short or too large to be exact. */
function identifierText(contents: Uint8Array): string | undefined {
  const numbers: number[] = []
  let value = 0
  for (const byte of contents) {
    value = value * 128 + (byte & 0x7f)
    if (!Number.isSafeInteger(value)) return undefined
    if (byte >= 0x80) continue
    numbers.push(value)
    value = 0
  }
  const [first, ...rest] = numbers
  if (first === undefined || (contents.at(-1) ?? 0x80) >= 0x80) return undefined
  const top = Math.min(2, Math.floor(first / 40))
  return [top, first - top * 40, ...rest].join('.')
}

import { concatBytes, parseBytes, shown } from './bytes.ts'
import { PacketError } from './packet-error.ts'

/** Universal tags by their names of X.680, with how their content is written. */
const types: Readonly<Record<string, { tag: number; content: (raw: unknown, where: string) => Uint8Array }>> = {
  boolean: { tag: 0x01, content: (raw) => Uint8Array.of(raw === true ? 0xff : 0) },
  integer: { tag: 0x02, content: integer },
  bitString: { tag: 0x03, content: (raw, where) => concatBytes([Uint8Array.of(0), readDer(raw, where)]) },
  octetString: { tag: 0x04, content: readDer },
  null: { tag: 0x05, content: () => new Uint8Array(0) },
  oid: { tag: 0x06, content: objectIdentifier },
  utf8String: { tag: 0x0c, content: parseBytes },
  printableString: { tag: 0x13, content: parseBytes },
  ia5String: { tag: 0x16, content: parseBytes },
  utcTime: { tag: 0x17, content: parseBytes },
  generalizedTime: { tag: 0x18, content: parseBytes },
  sequence: { tag: 0x30, content: members },
  set: { tag: 0x31, content: members },
}

/**
 * Reads a DER value as scenarios write it: `{ integer: 2 }`, `{ oid: '2.5.4.3' }`, `{ sequence: [...] }`, a value of
 * one's own tag as `{ tag: 0xa0, content: ... }`, or bytes as `parseBytes` takes them, which stay as they are. The
 * content of a sequence, a set, a string of bits or bytes and a tag is DER values or bytes again. X.690 §8, §10.
 * @throws PacketError for anything else
 */
export function readDer(raw: unknown, where: string): Uint8Array {
  if (!isObject(raw) || 'hex' in raw || 'repeat' in raw) {
    return Array.isArray(raw) ? members(raw, where) : parseBytes(raw, where)
  }
  const [name, ...others] = Object.keys(raw)
  if (name === 'tag' || others.includes('tag')) {
    const { tag, content } = raw
    if (typeof tag !== 'number' || !Number.isInteger(tag) || tag < 0 || tag > 0xff)
      throw new PacketError(`${where}.tag`, `${shown(tag)} is not a tag of one byte`)
    return der(tag, readDer(content ?? [], `${where}.content`))
  }
  const type = name !== undefined && Object.hasOwn(types, name) ? types[name] : undefined
  if (type === undefined || name === undefined || others.length > 0) {
    const choices = Object.keys(types).join(', ')
    throw new PacketError(where, `${shown(raw)} is not a DER value; write one of ${choices}, or { tag, content }`)
  }
  return der(type.tag, type.content(raw[name], `${where}.${name}`))
}

/** Whether a value is written as DER, and not as plain text, a number or bytes. */
export function isDer(raw: unknown): raw is Record<string, unknown> {
  return isObject(raw) && Object.keys(raw).some((name) => Object.hasOwn(types, name) || name === 'tag')
}

/** Tag, length and content. X.690 §8.1. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(contents)
  const size: number[] = []
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256)
  const length = content.length < 0x80 ? [content.length] : [0x80 + size.length, ...size]
  return concatBytes([Uint8Array.of(tag, ...length), content])
}

function members(raw: unknown, where: string): Uint8Array {
  if (!Array.isArray(raw)) return readDer(raw, where)
  return concatBytes(raw.map((member, index) => readDer(member, `${where}[${index}]`)))
}

function integer(raw: unknown, where: string): Uint8Array {
  if (typeof raw !== 'number') return parseBytes(raw, where)
  if (!Number.isSafeInteger(raw) || raw < 0)
    throw new PacketError(where, `${shown(raw)} is not a whole number from 0; write { hex } for others`)
  const bytes: number[] = []
  for (let rest = raw; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  // A first bit of 1 would make it negative.
  if ((bytes[0] ?? 0x80) >= 0x80) bytes.unshift(0)
  return Uint8Array.from(bytes)
}

function objectIdentifier(raw: unknown, where: string): Uint8Array {
  if (typeof raw !== 'string' || !/^[0-2](\.\d+)+$/.test(raw)) return parseBytes(raw, where)
  const [first = 0, second = 0, ...rest] = raw.split('.').map(Number)
  return Uint8Array.from([first * 40 + second, ...rest].flatMap(base128))
}

function base128(value: number): number[] {
  const digits = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift(0x80 + (rest % 128))
  return digits
}

function isObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !(raw instanceof Uint8Array)
}

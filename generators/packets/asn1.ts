import { concatBytes, parseBytes, shown } from './bytes.ts'
import { PacketError } from './packet-error.ts'
import { unknownField } from './struct.ts'
import type { Values } from './field.ts'

/** A type of ASN.1 with its tag; contents are the bytes behind the length. Tags of one byte only. */
export interface Asn1Type {
  /** For the documentation. */
  type: string
  tag: number
  /** @throws PacketError */
  contents: (raw: unknown, where: string) => Uint8Array
  /** What a person reads, undefined where the bytes do not make sense. */
  present: (contents: Uint8Array) => unknown
}

/** A type, or several of different tags. */
export type Asn1 = Asn1Type | { type: string; choices: Readonly<Record<string, Asn1Type>> }

/** A tag with its contents, as read. */
export interface Element {
  tag: number
  contents: Uint8Array
  end: number
}

/** A member of a sequence; without `initial` it is left out unless it is given. */
export interface Member {
  of: Asn1
  initial?: unknown
}

/** Lays out tag, length and contents; a length that is given wins. */
export function element(tag: number, contents: Uint8Array, length: number = contents.length): Uint8Array {
  return concatBytes([Uint8Array.of(tag), lengthBytes(length), contents])
}

/** A length in as few bytes as it needs. X.690 §8.1.3. */
export function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Uint8Array.of(0x80 + bytes.length, ...bytes)
}

/** Reads the element at `start`, or undefined where none is whole. */
export function readElement(bytes: Uint8Array, start: number): Element | undefined {
  const [tag, first] = bytes.subarray(start)
  if (tag === undefined || first === undefined) return undefined
  const width = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || width > 4 || start + 2 + width > bytes.length) return undefined
  let length = width === 0 ? first : 0
  for (let index = 0; index < width; index++) length = length * 256 + (bytes[start + 2 + index] ?? 0)
  const head = start + 2 + width
  return head + length > bytes.length ? undefined : { tag, contents: bytes.subarray(head, head + length), end: head + length }
}

/**
 * The element that a scenario wrote: a value of the type, `{ name: value }` for one of several, or
 * `{ element: { tag, length, contents } }` for one that is wrong.
 * @throws PacketError
 */
export function writeElement(type: Asn1, raw: unknown, where: string): Uint8Array {
  if (isRecord(raw) && 'element' in raw) return wrongElement(type, raw.element, `${where}.element`)
  if (!('choices' in type)) return element(type.tag, type.contents(raw, where))
  const [name = '', ...others] = isRecord(raw) ? Object.keys(raw) : []
  const chosen = Object.hasOwn(type.choices, name) ? type.choices[name] : undefined
  if (chosen === undefined || others.length > 0)
    throw new PacketError(where, `${shown(raw)} is not allowed; write one of ${Object.keys(type.choices).join(', ')}`)
  return element(chosen.tag, chosen.contents((raw as Values)[name], `${where}.${name}`))
}

/** What a person reads of an element; undefined where it does not make sense. */
export function presentElement(type: Asn1, { tag, contents }: Element): unknown {
  if (!('choices' in type)) return tag === type.tag ? type.present(contents) : undefined
  for (const [name, choice] of Object.entries(type.choices)) {
    if (choice.tag !== tag) continue
    const value = choice.present(contents)
    return value === undefined ? undefined : { [name]: value }
  }
  return undefined
}

/** A whole number, in as few bytes as it needs, or any bytes. */
export function integer(names: Readonly<Record<string, number>> = {}, tag = 0x02): Asn1Type {
  return {
    type: 'whole number',
    tag,
    contents: (raw, where) => {
      const value = typeof raw === 'string' && Object.hasOwn(names, raw) ? names[raw] : raw
      if (Number.isSafeInteger(value)) return numberBytes(value as number)
      if (typeof value !== 'string' && typeof value !== 'number') return parseBytes(value, where)
      throw new PacketError(where, `${shown(raw)} is not a whole number${Object.keys(names).map((name) => `, or ${name}`).join('')}`)
    },
    present: (contents) => {
      const value = signedNumber(contents)
      return value === undefined ? contents : value
    },
  }
}

/** Bytes or text, by its tag an OCTET STRING. */
export function octets(type = 'bytes', tag = 0x04): Asn1Type {
  return { type, tag, contents: parseBytes, present: (contents) => contents }
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
    if (!/^[0-2](\.\d{1,9})+$/.test(raw)) throw new PacketError(where, `${shown(raw)} is not an object identifier, such as 1.3.6.1`)
    const [first = 0, second = 0, ...rest] = raw.split('.').map(Number)
    return Uint8Array.from([first * 40 + second, ...rest].flatMap(base128))
  },
  present: (contents) => contents,
}

/** Members in their order, under the tag of a SEQUENCE or another. */
export function sequence(members: Readonly<Record<string, Member>>, tag = 0x30): Asn1Type {
  return {
    type: `{ ${Object.keys(members).join(', ')} }`,
    tag,
    contents: (raw, where) => {
      if (Array.isArray(raw) || raw instanceof Uint8Array || (isRecord(raw) && 'hex' in raw)) return parseBytes(raw, where)
      const given = raw ?? {}
      if (!isRecord(given)) throw new PacketError(where, `${shown(raw)} is not a set of fields`)
      for (const name in given) if (!Object.hasOwn(members, name)) throw unknownField(name, Object.keys(members), where)
      const parts = Object.entries(members).map(([name, { of, initial }]) => {
        const value = name in given ? given[name] : initial
        return value === undefined ? new Uint8Array(0) : writeElement(of, value, `${where}.${name}`)
      })
      return concatBytes(parts)
    },
    present: (contents) => presentMembers(members, contents),
  }
}

/** Any number of one type. */
export function sequenceOf(item: Asn1, tag = 0x30): Asn1Type {
  return {
    type: `list of ${item.type}`,
    tag,
    contents: (raw, where) => {
      if (!Array.isArray(raw)) throw new PacketError(where, `${shown(raw)} is not a list`)
      return concatBytes(raw.map((one, index) => writeElement(item, one, `${where}[${index}]`)))
    },
    present: (contents) => {
      const list: unknown[] = []
      for (let offset = 0; offset < contents.length; ) {
        const read = readElement(contents, offset)
        const value = read && presentElement(item, read)
        if (read === undefined || value === undefined) return undefined
        list.push(value)
        offset = read.end
      }
      return list
    },
  }
}

/** A type inside another tag: `[n]` is 0xa0 + n, `[APPLICATION n]` is 0x60 + n. */
export function tagged(tag: number, inner: Asn1): Asn1Type {
  return {
    type: inner.type,
    tag,
    contents: (raw, where) => writeElement(inner, raw, where),
    present: (contents) => {
      const read = readElement(contents, 0)
      return read === undefined || read.end < contents.length ? undefined : presentElement(inner, read)
    },
  }
}

function presentMembers(members: Readonly<Record<string, Member>>, contents: Uint8Array): unknown {
  const values: Values = {}
  let offset = 0
  for (const [name, { of }] of Object.entries(members)) {
    const read = readElement(contents, offset)
    if (read === undefined || !tagsOf(of).includes(read.tag)) continue
    const value = presentElement(of, read)
    if (value === undefined) return undefined
    values[name] = value
    offset = read.end
  }
  return offset === contents.length ? values : undefined
}

function tagsOf(type: Asn1): number[] {
  return 'choices' in type ? Object.values(type.choices).map(({ tag }) => tag) : [type.tag]
}

function wrongElement(type: Asn1, raw: unknown, where: string): Uint8Array {
  if (!isRecord(raw)) throw new PacketError(where, `${shown(raw)} is not { tag, length, contents }`)
  const { tag = tagsOf(type)[0], length, contents = '', value, ...others } = raw
  const unknown = Object.keys(others)[0]
  if (unknown !== undefined) throw unknownField(unknown, ['tag', 'length', 'contents', 'value'], where)
  const isByte = Number.isInteger(tag) && (tag as number) >= 0 && (tag as number) <= 0xff
  if (!isByte) throw new PacketError(`${where}.tag`, `${shown(tag)} is not allowed; a whole number from 0 to 255`)
  const isLength = length === undefined || (Number.isSafeInteger(length) && (length as number) >= 0)
  if (!isLength) throw new PacketError(`${where}.length`, `${shown(length)} is not allowed; a whole number from 0`)
  const isOne = value !== undefined && !('choices' in type)
  const bytes = isOne ? type.contents(value, `${where}.value`) : parseBytes(contents, `${where}.contents`)
  return element(tag as number, bytes, length as number | undefined)
}

function isRecord(raw: unknown): raw is Values {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !(raw instanceof Uint8Array)
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

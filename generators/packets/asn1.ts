import { type Element, element, readElement } from './asn1-element.ts'
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

/** A member of a sequence; without `initial` it is left out unless it is given. */
export interface Member {
  of: Asn1
  initial?: unknown
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

/** Members in their order, under the tag of a SEQUENCE or another. */
export function sequence(members: Readonly<Record<string, Member>>, tag = 0x30): Asn1Type {
  return {
    type: `{ ${Object.keys(members).join(', ')} }`,
    tag,
    contents: (raw, where) => {
      if (Array.isArray(raw) || raw instanceof Uint8Array || (isRecord(raw) && 'hex' in raw))
        return parseBytes(raw, where)
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

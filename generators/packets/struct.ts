import { closest } from 'fastest-levenshtein'
import { readBits, writeBits } from './bits.ts'
import type { Field, Fields, Values } from './field.ts'
import { PacketError } from './packet-error.ts'

/** A field with its name, in wire order. */
export type Entry = readonly [name: string, field: Field]

/** Fields in wire order. Numbers that share bytes must fill whole bytes before the next field of bytes. */
export interface Struct {
  fields: Fields
  entries: readonly Entry[]
  initials: Readonly<Values>
}

/** Values read from bytes, and where the structure ends. */
export interface Read {
  values: Values
  end: number
}

export function defineStruct(fields: Fields): Struct {
  const entries = Object.entries(fields)
  return { fields, entries, initials: Object.fromEntries(entries.map(([name, { initial }]) => [name, initial])) }
}

/**
 * Reads given values into their working form; a value that is undefined counts as not given.
 * @throws PacketError for an unknown field or a value that the field does not take
 */
export function parseValues(struct: Struct, raw: Values, where: string): Values {
  const values: Values = {}
  for (const name in raw) {
    const value = raw[name]
    if (value === undefined) continue
    const field = Object.hasOwn(struct.fields, name) ? struct.fields[name] : undefined
    if (field === undefined) throw unknownField(name, Object.keys(struct.fields), where)
    values[name] = field.parse(value, `${where}.${name}`)
  }
  return values
}

/** The error for a field that does not exist, with the nearest that does. */
export function unknownField(name: string, names: readonly string[], where: string): PacketError {
  const nearest = names.length === 0 ? '' : ` did you mean "${closest(name, names as string[])}"?`
  return new PacketError(`${where}.${name}`, `unknown field;${nearest} Fields: ${names.join(', ')}`)
}

/** Initial values of all fields, under the given ones. */
export function withInitials(struct: Struct, given: Values): Values {
  const values: Values = { ...struct.initials }
  for (const name in given) if (given[name] !== undefined) values[name] = given[name]
  return values
}

/** Bytes of the fields that are not numbers, in the order of the entries, and the size of the whole. */
export interface Measured {
  parts: (Uint8Array | undefined)[]
  size: number
}

/** Encodes what is bytes already, so that lengths can be completed before numbers are written. */
export function measure(struct: Struct, values: Values, given: Values): Measured {
  const parts: (Uint8Array | undefined)[] = []
  let bitCount = 0
  for (const [name, field] of struct.entries) {
    let part: Uint8Array | undefined
    if (field.kind !== 'virtual' && isThere(name, field, values, given)) {
      if (field.kind === 'number') bitCount += field.bits
      else {
        part = field.encode(values[name], values)
        bitCount += part.length * 8
      }
    }
    parts.push(part)
  }
  return { parts, size: bitCount / 8 }
}

/** Writes a measured structure to the start of `target`, whose first bytes are zero. */
export function write(struct: Struct, values: Values, given: Values, measured: Measured, target: Uint8Array): void {
  let offset = 0
  const { entries } = struct
  for (let index = 0; index < entries.length; index++) {
    const [name, field] = entries[index] as Entry
    if (field.kind === 'number') {
      if (!isThere(name, field, values, given)) continue
      writeBits(target, offset, field.bits, values[name] as number)
      offset += field.bits
    } else {
      const part = measured.parts[index]
      if (part === undefined || part.length === 0) continue
      target.set(part, offset >> 3)
      offset += part.length * 8
    }
  }
}

/** Values of a structure that follow from the others; what was given wins. `given` are those that were. */
export type Complete = (values: Values, given: Values) => Values

/** Encodes a structure; values that were not given are those that `complete` returns, if it does. */
export function encodeStruct(struct: Struct, given: Values, complete?: Complete): Uint8Array {
  const values = withInitials(struct, given)
  const completed = complete?.(values, given)
  for (const name in completed) if (given[name] === undefined) values[name] = completed[name]
  const measured = measure(struct, values, given)
  const target = new Uint8Array(measured.size)
  write(struct, values, given, measured, target)
  return target
}

/** Decodes a structure, or says how many bytes are missing; `known` are values that are not in the bytes. Never throws. */
export function decodeStruct(
  struct: Struct,
  bytes: Uint8Array,
  start: number,
  problems: string[],
  known: Values = {},
): Read | string {
  const values: Values = { ...known }
  let offset = start * 8
  for (const [name, field] of struct.entries) {
    if (field.kind === 'virtual' || !(field.when?.(values) ?? true)) continue
    if (field.kind === 'number') {
      if (offset + field.bits > bytes.length * 8) return missing(name, bytes.length - start)
      values[name] = readBits(bytes, offset, field.bits)
      offset += field.bits
    } else {
      const read = field.decode(bytes, offset >> 3, values, problems)
      if (read === undefined) return missing(name, bytes.length - start)
      values[name] = read[0]
      offset = read[1] * 8
    }
  }
  return { values, end: offset >> 3 }
}

/** The form of decoded values that people and `parseValues` read. */
export function presentValues(struct: Struct, values: Values): Values {
  const shownValues: Values = {}
  for (const name in values) {
    const field = struct.fields[name]
    if (field !== undefined) shownValues[name] = field.present(values[name] as never)
  }
  return shownValues
}

function isThere(name: string, field: Field, values: Values, given: Values): boolean {
  return field.when === undefined || given[name] !== undefined || field.when(values)
}

function missing(name: string, available: number): string {
  return `cut short: ${available} bytes are there, too few to reach the end of ${name}`
}

import { closest } from 'fastest-levenshtein'
import { shown } from './bytes.ts'
import { PacketError } from './packet-error.ts'

/** Values of a structure in the form that codecs work with: numbers, bytes, lists of items. */
export type Values = Record<string, unknown>

/** What every field has, whatever its bytes look like. */
export interface FieldBase<Value> {
  /** For the documentation: `u16`, `flags`, `IPv4 address`. */
  type: string
  doc: string
  /** Taken when nothing is given and `complete` says nothing. */
  initial: Value
  /** How the value is made when it is not given, in words. */
  computed?: string
  /** Names that stand for numbers or bits. */
  names?: Readonly<Record<string, number>>
  /** What the items of a list may be. */
  items?: readonly ItemDescription[]
  /** Whether the field is there at all; written anyway when a value is given. Absent means always. */
  when?: (values: Values) => boolean
  /** From what a scenario wrote to the working form. Takes what `present` returns too. @throws PacketError */
  parse: (raw: unknown, where: string) => Value
  /** From the working form to what a person reads. */
  present: (value: Value) => unknown
}

/** Documentation of one kind of item of a list. */
export interface ItemDescription {
  name: string
  type: number
  fields: string[]
}

/** A whole number of 1 to 48 bits; neighbours share bytes. */
export interface NumberField extends FieldBase<number> {
  kind: 'number'
  bits: number
}

/** Whole bytes. */
export interface BytesField<Value = unknown> extends FieldBase<Value> {
  kind: 'bytes'
  /** Fixed size in bytes, if it has one. */
  size?: number
  encode: (value: Value, values: Values) => Uint8Array
  /**
   * Reads from `start` and returns the value and where it ends, which is never beyond the end of `bytes`;
   * undefined when too few bytes are there to make anything of them.
   */
  decode: (
    bytes: Uint8Array,
    start: number,
    values: Values,
    problems: string[],
  ) => [value: Value, end: number] | undefined
}

/** A setting that has no bytes of its own but takes part in making others. */
export interface VirtualField<Value = unknown> extends FieldBase<Value> {
  kind: 'virtual'
}

// biome-ignore lint/suspicious/noExplicitAny: a field's own type is kept by inference; collections of fields cannot name it
export type Field = NumberField | BytesField<any> | VirtualField<any>
export type Fields = Readonly<Record<string, Field>>

/** The working form of a structure's values. */
export type ValuesOf<F extends Fields> = { [K in keyof F]: F[K] extends FieldBase<infer Value> ? Value : never }

/** Settings that any field maker takes. */
export interface FieldOptions<Value = number> {
  initial?: Value
  computed?: string
  when?: (values: Values) => boolean
}

/** Settings of a number. */
export interface NumberOptions extends FieldOptions {
  /** Names that may be written instead of the number. */
  names?: Readonly<Record<string, number>>
}

/** A whole number of `count` bits, 1 to 48. */
export function bits(count: number, doc: string, options: NumberOptions = {}): NumberField {
  const largest = 2 ** count - 1
  const { names } = options
  return {
    kind: 'number',
    bits: count,
    type: count % 8 === 0 ? `u${count}` : `${count} bit${count > 1 ? 's' : ''}`,
    doc,
    initial: 0,
    ...options,
    parse: (raw, where) => {
      if (typeof raw === 'number' && Number.isInteger(raw) && raw >= 0 && raw <= largest) return raw
      if (count === 1 && typeof raw === 'boolean') return Number(raw)
      if (typeof raw === 'string' && names !== undefined) return named(raw, names, where)
      const words = names === undefined ? '' : `, or one of ${Object.keys(names).join(', ')}`
      throw new PacketError(where, `${shown(raw)} is not allowed; a whole number from 0 to ${largest}${words}`)
    },
    present: (value) => value,
  }
}

export const u8 = (doc: string, options?: NumberOptions) => bits(8, doc, options)
export const u16 = (doc: string, options?: NumberOptions) => bits(16, doc, options)
export const u24 = (doc: string, options?: NumberOptions) => bits(24, doc, options)
export const u32 = (doc: string, options?: NumberOptions) => bits(32, doc, options)
export const u48 = (doc: string, options?: NumberOptions) => bits(48, doc, options)

/** Named bits. Written as a list of names (numbers for bits without one) or as one number; read as a list. */
export function flags(
  count: number,
  names: Readonly<Record<string, number>>,
  doc: string,
  options: FieldOptions = {},
): NumberField {
  const largest = 2 ** count - 1
  const one = bits(count, doc, { names })
  return {
    ...one,
    ...options,
    type: `flags (${count} bits)`,
    parse: (raw, where) => {
      if (!Array.isArray(raw)) return one.parse(raw, where)
      let sum = 0
      for (let index = 0; index < raw.length; index++) sum = (sum | one.parse(raw[index], `${where}[${index}]`)) >>> 0
      return sum
    },
    present: (value) => {
      const list: (string | number)[] = []
      let rest = (value & largest) >>> 0
      for (const name in names) {
        const bit = names[name] as number
        if ((rest & bit) >>> 0 !== bit) continue
        list.push(name)
        rest = (rest & ~bit) >>> 0
      }
      return rest === 0 ? list : [...list, rest]
    },
  }
}

/** A value that other fields are made of; it has no bytes of its own. */
export function virtual<Value>(
  type: string,
  doc: string,
  parse: (raw: unknown, where: string) => Value,
): VirtualField<Value | undefined> {
  return { kind: 'virtual', type, doc, initial: undefined, parse, present: (value) => value }
}

/** The number that a field has, 0 if it has none. For `when`, sizes and hooks. */
export function numberOf(values: Values, name: string): number {
  const value = values[name]
  return typeof value === 'number' ? value : 0
}

function named(raw: string, names: Readonly<Record<string, number>>, where: string): number {
  const value = Object.hasOwn(names, raw) ? names[raw] : undefined
  if (value !== undefined) return value
  const all = Object.keys(names)
  throw new PacketError(
    where,
    `unknown name ${shown(raw)}; did you mean "${closest(raw, all)}"? Allowed: ${all.join(', ')}, or a number`,
  )
}

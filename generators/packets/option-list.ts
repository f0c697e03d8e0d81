import { closest } from 'fastest-levenshtein'
import { concatBytes, parseBytes, sameBytes, shown } from './bytes.ts'
import { extent } from './byte-fields.ts'
import type { BytesField, Fields, Values } from './field.ts'
import { type Format, joinOption, readOption } from './option-format.ts'
import { PacketError } from './packet-error.ts'
import {
  decodeStruct,
  defineStruct,
  encodeStruct,
  parseValues,
  presentValues,
  type Struct,
  unknownField,
} from './struct.ts'

/** A kind of option that has a name. */
export interface OptionKind {
  name: string
  type: number
  /** Fields of its data; without a structure the data is free and written as `data`. */
  struct: Struct | undefined
}

/** One option in working form: bytes as they are, or a type with its data. */
export type Option =
  | { raw: Uint8Array }
  | { type: number; length?: number | undefined; data?: Uint8Array | undefined; values?: Values | undefined }

/** Options in working form: a list, or all their bytes as they are. */
export type Options = readonly Option[] | Uint8Array

/** Settings of a list of options. */
export interface OptionListSettings {
  format: Format
  kinds: readonly OptionKind[]
  /** Bytes to put after options of this size so that they end where they must; not put after bytes given as they are. */
  pad?: (size: number) => Uint8Array
  /** Size in bytes when decoded, from the values before; absent means all that is left. */
  length?: (values: Values) => number
  when?: (values: Values) => boolean
  /** Name in problems. */
  label?: string
}

/** Names a kind of option and the fields of its data: none at all for `{}`, anything for undefined. */
export function optionKind(name: string, type: number, fields?: Fields): OptionKind {
  return { name, type, struct: fields === undefined ? undefined : defineStruct(fields) }
}

/**
 * Options of type, length and data. Written as a list of `nop`, `{ type: 'mss', value: 1460 }`,
 * `{ type: 0x9e, length: 4, data: bytes }`, `{ raw: bytes }`, or as bytes for the whole of it.
 */
export function optionList(doc: string, settings: OptionListSettings): BytesField<Options> {
  const { format, kinds, pad, length, label = 'options' } = settings
  const byType = new Map(kinds.map((kind) => [kind.type, kind]))
  const encodeOption = (option: Option): Uint8Array => {
    if ('raw' in option) return option.raw
    const struct = byType.get(option.type)?.struct
    const data = option.data ?? (struct === undefined ? undefined : encodeStruct(struct, option.values ?? {}))
    return joinOption(format, option.type, option.length, data ?? new Uint8Array(0))
  }
  const encode = (value: Options): Uint8Array => {
    if (value instanceof Uint8Array) return value
    const bytes = concatBytes(value.map(encodeOption))
    return pad === undefined ? bytes : concatBytes([bytes, pad(bytes.length)])
  }
  return {
    kind: 'bytes',
    type: 'list of options',
    doc,
    initial: [],
    ...(settings.when === undefined ? {} : { when: settings.when }),
    items: kinds.map((kind) => ({
      name: kind.name,
      type: kind.type,
      fields: kind.struct === undefined ? ['data'] : Object.keys(kind.struct.fields),
    })),
    parse: (raw, where) => {
      if (raw instanceof Uint8Array || !Array.isArray(raw)) return parseBytes(raw, where)
      return raw.map((item, index) => parseOption(item, `${where}[${index}]`, kinds, 256 ** format.width - 1))
    },
    present: (value) => (value instanceof Uint8Array ? value : value.map((option) => presentOption(option, byType))),
    encode,
    decode: (bytes, start, values, problems) => {
      const end = extent(bytes, start, length?.(values), label, problems)
      const region = bytes.subarray(start, end)
      const list = decodeOptions(region, format, byType, label, problems)
      return [sameBytes(encode(list), region) ? list : region, end]
    },
  }
}

function parseOption(raw: unknown, where: string, kinds: readonly OptionKind[], largest: number): Option {
  if (typeof raw === 'string') return { type: parseType(raw, where, kinds, largest) }
  if (typeof raw !== 'object' || raw === null || raw instanceof Uint8Array || Array.isArray(raw))
    throw new PacketError(where, `${shown(raw)} is not an option; write its name, { type, ... } or { raw: bytes }`)
  const { type, length, data, raw: plain, ...others } = raw as Values
  if (plain !== undefined) {
    const extra = Object.keys(raw).find((name) => name !== 'raw')
    if (extra !== undefined) throw new PacketError(`${where}.${extra}`, 'not allowed beside raw')
    return { raw: parseBytes(plain, `${where}.raw`) }
  }
  const number = parseType(type, `${where}.type`, kinds, largest)
  const struct = kinds.find((candidate) => candidate.type === number)?.struct
  const names = ['type', 'length', 'data', ...Object.keys(struct?.fields ?? {})]
  const unknown = Object.keys(others).find((name) => !names.includes(name))
  if (unknown !== undefined) throw unknownField(unknown, names, where)
  return {
    type: number,
    length: length === undefined ? undefined : whole(length, largest, `${where}.length`),
    data: data === undefined ? undefined : parseBytes(data, `${where}.data`),
    values: struct === undefined ? undefined : parseValues(struct, others, where),
  }
}

function parseType(raw: unknown, where: string, kinds: readonly OptionKind[], largest: number): number {
  if (typeof raw !== 'string') return whole(raw, largest, where)
  const kind = kinds.find(({ name }) => name === raw)
  if (kind !== undefined) return kind.type
  const names = kinds.map(({ name }) => name)
  throw new PacketError(
    where,
    `unknown option ${shown(raw)}; did you mean "${closest(raw, names)}"? Allowed: ${names.join(', ')}, or a number`,
  )
}

function whole(raw: unknown, largest: number, where: string): number {
  if (Number.isInteger(raw) && (raw as number) >= 0 && (raw as number) <= largest) return raw as number
  throw new PacketError(where, `${shown(raw)} is not allowed; a whole number from 0 to ${largest}`)
}

function presentOption(option: Option, byType: ReadonlyMap<number, OptionKind>): Values {
  if ('raw' in option) return { raw: option.raw }
  const kind = byType.get(option.type)
  const values = kind?.struct === undefined ? {} : presentValues(kind.struct, option.values ?? {})
  return {
    type: kind?.name ?? option.type,
    ...values,
    ...(option.length === undefined ? {} : { length: option.length }),
    ...(option.data === undefined ? {} : { data: option.data }),
  }
}

function decodeOptions(
  region: Uint8Array,
  format: Format,
  byType: ReadonlyMap<number, OptionKind>,
  label: string,
  problems: string[],
): Option[] {
  const list: Option[] = []
  let offset = 0
  while (offset < region.length) {
    const read = readOption(format, region, offset)
    if (typeof read === 'string') {
      problems.push(`${label}: ${read}`)
      return [...list, { raw: region.subarray(offset) }]
    }
    list.push(decodeOption(read.type, read.data, byType, label, problems))
    offset = read.end
    if (read.type !== format.end) continue
    const rest = region.subarray(offset)
    return rest.every((byte) => byte === 0) ? list : [...list, { raw: rest }]
  }
  return list
}

function decodeOption(
  type: number,
  data: Uint8Array | undefined,
  byType: ReadonlyMap<number, OptionKind>,
  label: string,
  problems: string[],
): Option {
  if (data === undefined) return { type }
  const kind = byType.get(type)
  if (kind?.struct === undefined) return data.length === 0 ? { type } : { type, data }
  const read = decodeStruct(kind.struct, data, 0, [])
  if (typeof read !== 'string' && sameBytes(encodeStruct(kind.struct, read.values), data))
    return { type, values: read.values }
  problems.push(`${label}: ${kind.name} cannot have ${data.length} bytes of data`)
  return { type, data }
}

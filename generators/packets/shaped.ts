import { closest } from 'fastest-levenshtein'
import { extent } from './byte-fields.ts'
import { parseBytes, sameBytes, shown } from './bytes.ts'
import type { BytesField, Fields, Values, ValuesOf } from './field.ts'
import { PacketError } from './packet-error.ts'
import {
  type Complete,
  decodeStruct,
  defineStruct,
  encodeStruct,
  parseValues,
  presentValues,
  type Struct,
} from './struct.ts'

/** A structure that a field may hold, by its name. */
export interface Shape {
  name: string
  struct: Struct
  complete: Complete | undefined
}

/** Bytes of a field, with the name of the shape that they were written in. */
export interface Shaped {
  bytes: Uint8Array
  /** Undefined when written as bytes. */
  shape: string | undefined
}

/** Settings of a field of several shapes. */
export interface ShapedOptions {
  /** Decoding: name of the shape, from the values before and the bytes of the field. Undefined leaves it as bytes. */
  pick: (values: Values, bytes: Uint8Array) => string | undefined
  /** Bytes that the field has when decoded, from the values before it; absent means all that is left. */
  length?: (values: Values) => number
  when?: (values: Values) => boolean
  /** Name used in problems. */
  label?: string
}

/** Names a structure; `complete` returns values that follow from the others, such as lengths and offsets. */
export function shape<const F extends Fields>(
  name: string,
  fields: F,
  complete?: (values: ValuesOf<F>, given: Partial<ValuesOf<F>>) => Partial<ValuesOf<F>>,
): Shape {
  return { name, struct: defineStruct(fields), complete: complete as Complete | undefined }
}

/**
 * A field that holds one of several structures. Written as `{ nameOfShape: { fields } }`, or as bytes; read as the
 * fields where these make the same bytes, otherwise as bytes.
 */
export function shapedField(doc: string, shapes: readonly Shape[], options: ShapedOptions): BytesField<Shaped> {
  const { pick, length, label = 'body', when } = options
  const byName = new Map(shapes.map((one) => [one.name, one]))
  return {
    kind: 'bytes',
    type: `{ ${shapes.map(({ name }) => name).join(' or ')} } or bytes`,
    doc,
    initial: { bytes: new Uint8Array(0), shape: undefined },
    ...(when === undefined ? {} : { when }),
    parse: (raw, where) => parseShaped(raw, byName, where),
    present: ({ bytes, shape: name }) => presentShaped(bytes, name === undefined ? undefined : byName.get(name)),
    encode: ({ bytes }) => bytes,
    decode: (input, start, values, problems) => {
      const end = extent(input, start, length?.(values), label, problems)
      const bytes = input.subarray(start, end)
      const name = pick(values, bytes)
      const found = name === undefined ? undefined : byName.get(name)
      if (found !== undefined) problems.push(...problemsOf(bytes, found, label))
      return [{ bytes, shape: found?.name }, end]
    },
  }
}

function parseShaped(raw: unknown, byName: ReadonlyMap<string, Shape>, where: string): Shaped {
  if (typeof raw !== 'object' || raw === null || raw instanceof Uint8Array || Array.isArray(raw))
    return { bytes: parseBytes(raw, where), shape: undefined }
  const [name = '', ...others] = Object.keys(raw)
  if (others.length === 0 && (name === 'hex' || name === 'repeat'))
    return { bytes: parseBytes(raw, where), shape: undefined }
  const names = [...byName.keys()]
  const found = byName.get(name)
  if (found === undefined || others.length > 0) {
    const nearest = found === undefined && name !== '' ? ` did you mean "${closest(name, names)}"?` : ''
    throw new PacketError(where, `${shown(raw)} is not allowed;${nearest} write one of ${names.join(', ')}, or bytes`)
  }
  const content = (raw as Values)[name] ?? {}
  if (typeof content !== 'object' || content instanceof Uint8Array || Array.isArray(content))
    throw new PacketError(`${where}.${name}`, `${shown(content)} is not a set of fields`)
  const values = parseValues(found.struct, content as Values, `${where}.${name}`)
  return { bytes: encodeStruct(found.struct, values, found.complete), shape: name }
}

function presentShaped(bytes: Uint8Array, found: Shape | undefined): unknown {
  if (found === undefined) return bytes
  const read = decodeStruct(found.struct, bytes, 0, [])
  if (typeof read === 'string' || read.end !== bytes.length) return bytes
  const fields = presentValues(found.struct, read.values)
  const again = encodeStruct(found.struct, parseValues(found.struct, fields, found.name), found.complete)
  return sameBytes(again, bytes) ? { [found.name]: fields } : bytes
}

function problemsOf(bytes: Uint8Array, found: Shape, label: string): string[] {
  const problems: string[] = []
  const read = decodeStruct(found.struct, bytes, 0, problems)
  if (typeof read === 'string') problems.push(read)
  else if (read.end < bytes.length) problems.push(`${bytes.length - read.end} bytes follow`)
  return problems.map((problem) => `${label}.${found.name}: ${problem}`)
}

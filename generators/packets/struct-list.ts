import { concatBytes, shown } from './bytes.ts'
import type { BytesField, Fields, Values } from './field.ts'
import { PacketError } from './packet-error.ts'
import { decodeStruct, defineStruct, encodeStruct, parseValues, presentValues } from './struct.ts'

/** Settings of a list of structures. */
export interface StructListOptions {
  /** How many there are when decoded, from the values before; absent means as many as fit. */
  count?: (values: Values) => number
  /** Values of one item that follow from the others; what was given wins. `given` are those that were; `isLast` tells the last item. */
  complete?: (values: Values, given: Values, isLast: boolean) => Values
  /** Decoding: whether this item is the last, whatever the count. */
  last?: (values: Values) => boolean
  when?: (values: Values) => boolean
  computed?: string
}

/** A list of structures that all have the same fields. Items that cannot be read are left for what follows. */
export function structList(
  label: string,
  doc: string,
  fields: Fields,
  options: StructListOptions = {},
): BytesField<Values[]> {
  const struct = defineStruct(fields)
  const { count, complete, last, ...others } = options
  const encodeItem = (given: Values, index: number, list: Values[]): Uint8Array =>
    encodeStruct(struct, given, complete && ((values) => complete(values, given, index === list.length - 1)))
  return {
    kind: 'bytes',
    type: `list of { ${Object.keys(fields).join(', ')} }`,
    doc,
    initial: [],
    ...others,
    parse: (raw, where) => {
      if (!Array.isArray(raw)) throw new PacketError(where, `${shown(raw)} is not a list`)
      return raw.map((item, index) => {
        if (typeof item !== 'object' || item === null || Array.isArray(item))
          throw new PacketError(`${where}[${index}]`, `${shown(item)} is not a set of fields`)
        return parseValues(struct, item as Values, `${where}[${index}]`)
      })
    },
    present: (value) => value.map((item) => presentValues(struct, item)),
    encode: (value) => concatBytes(value.map(encodeItem)),
    decode: (bytes, start, values, problems) => {
      const list: Values[] = []
      const most = count?.(values)
      let offset = start
      // A list after one that broke off would start in the middle of it.
      while (problems.length === 0 && (most === undefined ? offset < bytes.length : list.length < most)) {
        const read = decodeStruct(struct, bytes, offset, problems)
        if (typeof read === 'string') {
          if (most !== undefined) problems.push(`${label}[${list.length}] ${read}`)
          break
        }
        if (read.end === offset) break
        list.push(read.values)
        offset = read.end
        if (last?.(read.values)) break
      }
      return [list, offset]
    },
  }
}

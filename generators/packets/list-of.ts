import { extent } from './byte-fields.ts'
import { concatBytes, shown } from './bytes.ts'
import type { BytesField, Values } from './field.ts'
import { PacketError } from './packet-error.ts'

/** A list of values that are laid out like `item`, as many as fit `length` bytes (all that is left without it). */
export function listOf<Value>(
  item: BytesField<Value>,
  doc: string,
  options: { initial?: Value[]; length?: (values: Values) => number; label?: string } = {},
): BytesField<Value[]> {
  const { initial = [], length, label = 'list' } = options
  return {
    kind: 'bytes',
    type: `list of ${item.type}`,
    doc,
    initial,
    parse: (raw, where) => {
      if (!Array.isArray(raw)) throw new PacketError(where, `${shown(raw)} is not a list of ${item.type}`)
      return raw.map((one, index) => item.parse(one, `${where}[${index}]`))
    },
    present: (value) => value.map(item.present),
    encode: (value, values) => concatBytes(value.map((one) => item.encode(one, values))),
    decode: (input, start, values, problems) => {
      const end = extent(input, start, length?.(values), label, problems)
      const region = input.subarray(0, end)
      const list: Value[] = []
      let offset = start
      while (offset < end) {
        const read = item.decode(region, offset, values, problems)
        if (read === undefined) break
        list.push(read[0])
        offset = read[1]
      }
      return [list, offset]
    },
  }
}

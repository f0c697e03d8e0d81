import { bytes } from './byte-fields.ts'
import { shown } from './bytes.ts'
import { type Values, virtual } from './field.ts'
import { PacketError } from './packet-error.ts'
import { defineStruct, parseValues, type Struct, unknownField } from './struct.ts'

/** What every layer takes besides its own fields. */
export const commonFields = defineStruct({
  truncate: virtual(
    'bytes to keep',
    'Only the first so many bytes of this layer with all that is inside are kept; its own lengths and checksum are those of the whole, the layers around count what is left.',
    (raw, where) => {
      if (Number.isInteger(raw) && (raw as number) >= 0) return raw as number
      throw new PacketError(where, `${shown(raw)} is not allowed; a whole number from 0`)
    },
  ),
  trailer: bytes(
    'Put after this layer with all that is inside. Its own lengths and checksum do not count these bytes, the layers around do.',
  ),
})

/** Values of one layer in working form. */
export interface Given {
  own: Values
  truncate: number | undefined
  trailer: Uint8Array | undefined
}

/** Reads the values of a layer, its own and the common ones. @throws PacketError */
export function parseGiven(name: string, struct: Struct, raw: Values): Given {
  if (raw.truncate === undefined && raw.trailer === undefined && !('truncate' in raw) && !('trailer' in raw))
    return { own: checked(name, struct, raw), truncate: undefined, trailer: undefined }
  const { truncate, trailer, ...own } = raw
  const common = parseValues(commonFields, { truncate, trailer }, name)
  return {
    own: checked(name, struct, own),
    truncate: common.truncate as number | undefined,
    trailer: common.trailer as Uint8Array | undefined,
  }
}

function checked(name: string, struct: Struct, own: Values): Values {
  for (const field in own)
    if (!Object.hasOwn(struct.fields, field))
      throw unknownField(field, [...Object.keys(struct.fields), ...Object.keys(commonFields.fields)], name)
  return parseValues(struct, own, name)
}

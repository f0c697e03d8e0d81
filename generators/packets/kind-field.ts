import { closest } from 'fastest-levenshtein'
import { shown } from './bytes.ts'
import type { BytesField } from './field.ts'
import { PacketError } from './packet-error.ts'

/**
 * Which of several messages this is, where no byte says so: `tell` finds out from what follows, undefined if it cannot.
 * It has no bytes of its own; the fields of each kind say `when` they are there.
 */
export function kindField<const Kind extends string>(
  doc: string,
  kinds: readonly [Kind, ...Kind[]],
  tell: (bytes: Uint8Array) => Kind | undefined,
  computed?: string,
): BytesField<Kind> {
  return {
    kind: 'bytes',
    type: `one of ${kinds.join(', ')}`,
    doc,
    ...(computed === undefined ? {} : { computed }),
    initial: kinds[0],
    parse: (raw, where) => {
      if (kinds.includes(raw as Kind)) return raw as Kind
      const nearest = typeof raw === 'string' ? ` did you mean "${closest(raw, kinds)}"?` : ''
      throw new PacketError(where, `unknown kind ${shown(raw)};${nearest} Allowed: ${kinds.join(', ')}`)
    },
    present: (value) => value,
    encode: () => new Uint8Array(0),
    decode: (bytes, start) => {
      const found = tell(bytes.subarray(start))
      return found === undefined ? undefined : [found, start]
    },
  }
}

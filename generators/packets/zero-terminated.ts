import { concatBytes, parseBytes } from './bytes.ts'
import { textOrBytes } from './dns-data.ts'
import type { BytesField, Values } from './field.ts'

const zero = Uint8Array.of(0)

/** Text with a zero byte after it. What is given may hold zero bytes itself, however wrong. */
export function zeroTerminated(
  doc: string,
  options: { initial?: string; when?: (values: Values) => boolean } = {},
): BytesField<Uint8Array> {
  const { initial = '', ...others } = options
  return {
    kind: 'bytes',
    type: 'text before a zero byte',
    doc,
    ...others,
    initial: new TextEncoder().encode(initial),
    parse: parseBytes,
    present: textOrBytes,
    encode: (value) => concatBytes([value, zero]),
    decode: (bytes, start) => {
      const end = bytes.indexOf(0, start)
      return end < 0 ? undefined : [bytes.subarray(start, end), end + 1]
    },
  }
}

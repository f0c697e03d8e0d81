import { u8, type Values } from './field.ts'
import { u16le } from './little-endian.ts'
import { u64le } from './wide-number.ts'

/** A time as Windows counts it, in units of 100 ns since 1601: 2026-01-01. */
const time = 134_116_992_000_000_000

/** Field `WordCount` of a body. */
export const words = (count: number) => u8('Number of words that follow.', { initial: count })

/** Field `ByteCount` of a body. */
export const byteCount = () => u16le('Bytes that follow the words.', { computed: 'size of what follows' })

/** How commands are chained. */
export const andx = {
  andxCommand: u8('Next command of a chain, 0xff for none.', { initial: 0xff }),
  andxReserved: u8('Reserved.'),
  andxOffset: u16le('Where the next command is.'),
}

/** Handle of an open file. */
export const fid = () => u16le('Handle of the open file.', { initial: 0x4000 })

/** A time. */
export const moment = (doc: string) => u64le(doc, { initial: time })

/** Settings of the bytes whose size is in the field `nameLength`. */
export const of = (name: string) => ({ label: name, length: (values: Values) => Number(values[`${name}Length`]) })

/** Settings of data as long as `ByteCount` says, but for the bytes that are known. */
export const rest = (known: (values: Values) => number = () => 0) => ({
  label: 'bytes',
  length: (values: Values) => Math.max(0, Number(values.byteCount) - known(values)),
})

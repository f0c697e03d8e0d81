import { fixedBytes } from './byte-fields.ts'
import type { Values } from './field.ts'
import { u16le, u32le } from './little-endian.ts'
import { u64le } from './wide-number.ts'

/** A time as Windows counts it, in units of 100 ns since 1601: 2026-01-01. */
const time = 134_116_992_000_000_000

/** Field `StructureSize` of a body. */
export const size = (bytesOfIt: number) => u16le('Size that the protocol gives this structure.', { initial: bytesOfIt })

/** Where a buffer is. */
export const offset = () => u16le('From the start of the SMB2 header.', { computed: 'where it is' })

/** Settings of the buffer whose size is in the field `nameLength`. */
export const of = (name: string) => ({ label: name, length: (values: Values) => Number(values[`${name}Length`]) })

/** Handle of an open file. */
export const fileId = () => fixedBytes(16, 'Handle of the open file.')

/** A time. */
export const moment = (doc: string) => u64le(doc, { initial: time })

/** Times, sizes and attributes of a file. */
export const attributes = () => ({
  creationTime: moment('When it was made.'),
  lastAccessTime: moment('When it was last read.'),
  lastWriteTime: moment('When it was last written.'),
  changeTime: moment('When it was last changed.'),
  allocationSize: u64le('Bytes on the disk.'),
  endOfFile: u64le('Bytes of the file.'),
  fileAttributes: u32le('Attributes.', { initial: 0x80 }),
})

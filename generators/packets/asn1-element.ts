import { concatBytes } from './bytes.ts'

/** A tag with its contents, as read. */
export interface Element {
  tag: number
  contents: Uint8Array
  end: number
}

/** Lays out tag, length and contents; a length that is given wins. */
export function element(tag: number, contents: Uint8Array, length: number = contents.length): Uint8Array {
  return concatBytes([Uint8Array.of(tag), lengthBytes(length), contents])
}

/** A length in as few bytes as it needs. X.690 §8.1.3. */
export function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Uint8Array.of(0x80 + bytes.length, ...bytes)
}

/** Reads the element at `start`, or undefined where none is whole. */
export function readElement(bytes: Uint8Array, start: number): Element | undefined {
  const [tag, first] = bytes.subarray(start)
  if (tag === undefined || first === undefined) return undefined
  const width = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || width > 4 || start + 2 + width > bytes.length) return undefined
  let length = width === 0 ? first : 0
  for (let index = 0; index < width; index++) length = length * 256 + (bytes[start + 2 + index] ?? 0)
  const head = start + 2 + width
  return head + length > bytes.length
    ? undefined
    : { tag, contents: bytes.subarray(head, head + length), end: head + length }
}

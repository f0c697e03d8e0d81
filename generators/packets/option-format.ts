import { concatBytes } from './bytes.ts'

/** How type, length and data of an option are laid out. */
export interface Format {
  /** Bytes of the type and of the length. */
  width: 1 | 2
  /** What the length counts: the whole option, its data only, or the whole in units of eight bytes (padded to that). */
  counts: 'whole' | 'data' | 'eights'
  /** Types that are a lone type without length. */
  single: readonly number[]
  /** The type after which no more options come. */
  end?: number
}

/** An option as read. `data` is undefined for a lone type. */
export interface RawOption {
  type: number
  data: Uint8Array | undefined
  end: number
}

/** Lays out one option; a length that is given wins. */
export function joinOption(format: Format, type: number, length: number | undefined, data: Uint8Array): Uint8Array {
  const { width, counts } = format
  if (format.single.includes(type) && length === undefined && data.length === 0) return number(type, width)
  const size = width * 2 + data.length
  const padding = counts === 'eights' && length === undefined ? (8 - (size % 8)) % 8 : 0
  const computed = counts === 'data' ? data.length : counts === 'whole' ? size : (size + padding) / 8
  return concatBytes([number(type, width), number(length ?? computed, width), data, new Uint8Array(padding)])
}

/** Reads the option at `offset`, or says why there is none. */
export function readOption({ width, counts, single }: Format, bytes: Uint8Array, offset: number): RawOption | string {
  const type = read(bytes, offset, width)
  if (single.includes(type)) return { type, data: undefined, end: offset + width }
  const start = offset + width * 2
  if (start > bytes.length) return `option ${type} at byte ${offset} has no room for its length`
  const length = read(bytes, offset + width, width)
  const end = counts === 'data' ? start + length : offset + (counts === 'eights' ? length * 8 : length)
  if (end < start) return `option ${type} at byte ${offset} has length ${length}, less than its own header`
  if (end > bytes.length)
    return `option ${type} at byte ${offset} has length ${length}, ${end - bytes.length} bytes more than are there`
  return { type, data: bytes.subarray(start, end), end }
}

function number(value: number, width: number): Uint8Array {
  return width === 1 ? Uint8Array.of(value) : Uint8Array.of(value >> 8, value)
}

function read(bytes: Uint8Array, offset: number, width: number): number {
  const first = bytes[offset] ?? 0
  return width === 1 ? first : first * 256 + (bytes[offset + 1] ?? 0)
}

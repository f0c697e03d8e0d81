import { ipText, ipv4Bytes, ipv6Bytes, macBytes, macText } from './address.ts'
import { concatBytes, parseBytes, shown } from './bytes.ts'
import type { BytesField, FieldOptions, Values } from './field.ts'
import { PacketError } from './packet-error.ts'

/** Settings of a field whose size is not fixed. */
export interface BytesOptions extends FieldOptions<Uint8Array> {
  /** Bytes that the field has when decoded, from the values before it; absent means all that is left. */
  length?: (values: Values) => number
  /** Name used in problems. */
  label?: string
}

const none = new Uint8Array(0)

/** Any bytes, in each of the forms that `parseBytes` takes; decoded as an array of bytes. */
export function bytes(doc: string, options: BytesOptions = {}): BytesField<Uint8Array> {
  const { length, label = 'bytes', ...others } = options
  return {
    kind: 'bytes',
    type: 'bytes',
    doc,
    initial: none,
    ...others,
    parse: parseBytes,
    present: (value) => value,
    encode: (value) => value,
    decode: (input, start, values, problems) => {
      const end = extent(input, start, length?.(values), label, problems)
      return [input.subarray(start, end), end]
    },
  }
}

/** Exactly `size` bytes; a value of another size is written as it is. */
export function fixedBytes(size: number, doc: string, options: FieldOptions<Uint8Array> = {}): BytesField<Uint8Array> {
  return { ...fixed(size, options), type: `${size} bytes`, doc, parse: parseBytes, present: (value) => value }
}

/** A 48-bit MAC address as text. */
export function mac(doc: string, options: FieldOptions<Uint8Array> = {}): BytesField<Uint8Array> {
  return { ...fixed(6, options), ...address('MAC address', '02:00:00:00:00:01', 6, macBytes, macText), doc }
}

/** An IPv4 address as text. */
export function ipv4Address(doc: string, options: FieldOptions<Uint8Array> = {}): BytesField<Uint8Array> {
  return { ...fixed(4, options), ...address('IPv4 address', '192.0.2.1', 4, ipv4Bytes, ipText), doc }
}

/** An IPv6 address as text. */
export function ipv6Address(doc: string, options: FieldOptions<Uint8Array> = {}): BytesField<Uint8Array> {
  return { ...fixed(16, options), ...address('IPv6 address', '2001:db8::1', 16, ipv6Bytes, ipText), doc }
}

/**
 * An address whose size another field gives (ARP): text of the usual kind, or any bytes.
 * Decoded as text when it has the usual size.
 */
export function sizedAddress(
  usual: 'mac' | 'ipv4',
  length: (values: Values) => number,
  doc: string,
): BytesField<Uint8Array> {
  const like = usual === 'mac' ? mac(doc) : ipv4Address(doc)
  const size = usual === 'mac' ? 6 : 4
  return {
    kind: 'bytes',
    type: `${like.type} or bytes`,
    doc,
    initial: like.initial,
    parse: (raw, where) => (typeof raw === 'string' ? like.parse(raw, where) : parseBytes(raw, where)),
    present: (value) => (value.length === size ? like.present(value) : value),
    encode: (value) => value,
    decode: (input, start, values) => {
      const end = start + length(values)
      return end > input.length ? undefined : [input.subarray(start, end), end]
    },
  }
}

/** A list of addresses, as many as fit `length` bytes (all that is left without it); what is over stays for the next field. */
export function addressList(
  like: BytesField<Uint8Array>,
  doc: string,
  length?: (values: Values) => number,
): BytesField<Uint8Array[]> {
  const size = like.size ?? 4
  return {
    kind: 'bytes',
    type: `list of ${like.type}`,
    doc,
    initial: [],
    parse: (raw, where) => {
      if (!Array.isArray(raw)) throw new PacketError(where, `${shown(raw)} is not a list of ${like.type}`)
      return raw.map((item, index) => like.parse(item, `${where}[${index}]`))
    },
    present: (value) => value.map(like.present),
    encode: concatBytes,
    decode: (input, start, values) => {
      const end = extent(input, start, length?.(values), '', undefined)
      const list: Uint8Array[] = []
      let offset = start
      for (; offset + size <= end; offset += size) list.push(input.subarray(offset, offset + size))
      return [list, offset]
    },
  }
}

/** Where a field of `length` bytes ends; never before `start` nor beyond the input, and says so if it should. */
export function extent(
  input: Uint8Array,
  start: number,
  length: number | undefined,
  label: string,
  problems: string[] | undefined,
): number {
  if (length === undefined) return input.length
  const end = Math.max(start, start + length)
  if (end <= input.length) return end
  problems?.push(`${label}: ${length} bytes announced, ${input.length - start} are there`)
  return input.length
}

type Fixed = Pick<BytesField<Uint8Array>, 'kind' | 'size' | 'initial' | 'encode' | 'decode' | 'when' | 'computed'>

function fixed(size: number, options: FieldOptions<Uint8Array>): Fixed & { size: number } {
  return {
    kind: 'bytes',
    size,
    initial: new Uint8Array(size),
    ...options,
    encode: (value) => value,
    decode: (input, start) =>
      start + size > input.length ? undefined : [input.subarray(start, start + size), start + size],
  }
}

function address(
  type: string,
  example: string,
  size: number,
  read: (text: string) => Uint8Array | undefined,
  write: (bytes: Uint8Array) => string,
): Pick<BytesField<Uint8Array>, 'type' | 'parse' | 'present'> {
  return {
    type,
    parse: (raw, where) => {
      const value = typeof raw === 'string' ? read(raw) : raw
      if (value instanceof Uint8Array && value.length === size) return value
      throw new PacketError(
        where,
        `${shown(raw)} is not a${/^[aeiou]/i.test(type) ? 'n' : ''} ${type}, such as ${example}`,
      )
    },
    present: write,
  }
}

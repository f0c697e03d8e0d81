import { concatBytes, parseBytes, shown } from './bytes.ts'
import { textOrBytes } from './dns-data.ts'
import { type BytesField, type Values, type VirtualField, virtual } from './field.ts'
import { PacketError } from './packet-error.ts'

const encoder = new TextEncoder()

/** A setting that is a word or a number, kept as text; it has no bytes of its own. */
export function word(doc: string): VirtualField<string | undefined> {
  return virtual('text', doc, (raw, where) => {
    if (typeof raw === 'string') return raw
    if (typeof raw === 'number') return String(raw)
    throw new PacketError(where, `${shown(raw)} is not text`)
  })
}

/** What ends each line: `\r\n` unless a message says otherwise. It has no bytes of its own. */
export function lineEnd(doc: string, options: { when?: (values: Values) => boolean } = {}): BytesField<Uint8Array> {
  return {
    kind: 'bytes',
    type: 'bytes',
    doc,
    ...options,
    initial: encoder.encode('\r\n'),
    parse: parseBytes,
    present: textOrBytes,
    encode: () => new Uint8Array(0),
    decode: (bytes, start) => {
      const feed = bytes.indexOf(10, start)
      if (feed < 0) return undefined
      return [feed > start && bytes[feed - 1] === 13 ? Uint8Array.of(13, 10) : Uint8Array.of(10), start]
    },
  }
}

/** The Content-Length that is added to the headers, or false. It has no bytes of its own; decoded headers need none. */
export function addedLength(doc: string): BytesField<number | false> {
  return {
    kind: 'bytes',
    type: 'number or false',
    doc,
    computed: 'size of the body, if there is one or the message is a response, and no header says how long it is',
    initial: false,
    parse: (raw, where) => {
      if (raw === false || (Number.isSafeInteger(raw) && (raw as number) >= 0)) return raw as number | false
      throw new PacketError(where, `${shown(raw)} is not allowed; a whole number from 0, or false`)
    },
    present: (value) => value,
    encode: () => new Uint8Array(0),
    decode: (_bytes, start) => [false, start],
  }
}

/** One line, its end not written. `initial` is what stands there when nothing is given. */
export function line(
  doc: string,
  computed: string,
  initial: string,
  options: { when?: (values: Values) => boolean } = {},
): BytesField<Uint8Array> {
  return {
    kind: 'bytes',
    type: 'bytes',
    doc,
    computed,
    ...options,
    initial: encoder.encode(initial),
    parse: parseBytes,
    present: textOrBytes,
    encode: (value, values) => concatBytes([value, endOf(values)]),
    decode: (bytes, start, values) => {
      const end = lineEndAt(bytes, start, endOf(values))
      return end === undefined ? undefined : [bytes.subarray(start, end), end + endOf(values).length]
    },
  }
}

/** All lines of a message, their ends not written. Decoded are those that have an end; what is left stays for others. */
export function lines(doc: string, computed: string, initial: string): BytesField<Uint8Array[]> {
  return {
    kind: 'bytes',
    type: 'list of lines',
    doc,
    computed,
    initial: [encoder.encode(initial)],
    parse: (raw, where) => {
      if (Array.isArray(raw)) return raw.map((item, index) => parseBytes(item, `${where}[${index}]`))
      throw new PacketError(where, `${shown(raw)} is not a list of lines`)
    },
    present: (value) => value.map(textOrBytes),
    encode: (value, values) => concatBytes(value.flatMap((one) => [one, endOf(values)])),
    decode: (bytes, start, values) => {
      const list: Uint8Array[] = []
      const { length } = endOf(values)
      for (let offset = start; ; ) {
        const end = lineEndAt(bytes, offset, endOf(values))
        if (end === undefined) return [list, offset]
        list.push(bytes.subarray(offset, end))
        offset = end + length
      }
    },
  }
}

/**
 * Header lines and the empty line after them. Each is `Name: value` as text, or bytes, or `{ name, value }`;
 * a mapping of names to values may stand for the list.
 */
export function headerLines(doc: string): BytesField<Uint8Array[]> {
  return {
    kind: 'bytes',
    type: 'list of header lines',
    doc,
    initial: [],
    parse: parseHeaders,
    present: (value) => value.map(textOrBytes),
    encode: (value, values) => {
      const end = endOf(values)
      const added = values.contentLength
      const length = typeof added === 'number' ? [encoder.encode(`Content-Length: ${added}`), end] : []
      return concatBytes([...value.flatMap((header) => [header, end]), ...length, end])
    },
    decode: (bytes, start, values) => {
      const list: Uint8Array[] = []
      const { length } = endOf(values)
      for (let offset = start; ; ) {
        const end = lineEndAt(bytes, offset, endOf(values))
        if (end === undefined) return undefined
        if (end === offset) return [list, end + length]
        list.push(bytes.subarray(offset, end))
        offset = end + length
      }
    },
  }
}

/** Reads header lines as scenarios write them. @throws PacketError */
export function parseHeaders(raw: unknown, where: string): Uint8Array[] {
  if (Array.isArray(raw)) return raw.map((item, index) => parseHeader(item, `${where}[${index}]`))
  if (typeof raw === 'object' && raw !== null && !(raw instanceof Uint8Array))
    return Object.entries(raw).map(([name, value]) => joined(name, value, `${where}.${name}`))
  throw new PacketError(where, `${shown(raw)} is not a list of header lines`)
}

/** The bytes as text of one character a byte, for patterns. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

function parseHeader(raw: unknown, where: string): Uint8Array {
  if (typeof raw === 'object' && raw !== null && 'name' in raw && 'value' in raw && Object.keys(raw).length === 2)
    return joined(raw.name, raw.value, where)
  return parseBytes(raw, where)
}

function joined(name: unknown, value: unknown, where: string): Uint8Array {
  return parseBytes([name, ': ', typeof value === 'number' ? String(value) : value], where)
}

function endOf(values: Values): Uint8Array {
  return values.lineEnd as Uint8Array
}

function lineEndAt(bytes: Uint8Array, start: number, end: Uint8Array): number | undefined {
  if (end.length === 0) return undefined
  for (let at = bytes.indexOf(end[0] as number, start); at >= 0; at = bytes.indexOf(end[0] as number, at + 1))
    if (end.every((byte, index) => bytes[at + index] === byte)) return at
  return undefined
}

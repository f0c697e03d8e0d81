import { extent } from './byte-fields.ts'
import { concatBytes, parseBytes, sameBytes, shown } from './bytes.ts'
import { textOrBytes } from './dns-data.ts'
import type { BytesField, Values } from './field.ts'
import { huffmanDecode, huffmanEncode } from './hpack-huffman.ts'
import { decodeInteger, encodeInteger, type HpackInteger, numberOfInteger, parseInteger } from './hpack-integer.ts'
import { staticIndex, staticTable } from './hpack-table.ts'
import { PacketError } from './packet-error.ts'
import { unknownField } from './struct.ts'

/** Bits of the index in each kind of literal, and the pattern above it. RFC 7541 §6.2. */
const literals = {
  incremental: { prefix: 6, pattern: 0x40 },
  none: { prefix: 4, pattern: 0 },
  never: { prefix: 4, pattern: 0x10 },
}
type Indexing = keyof typeof literals

const literalNames = ['name', 'value', 'indexing', 'nameIndex', 'huffman', 'nameLength', 'valueLength']
const decoder = new TextDecoder()

/** A string as read: its length as written, its bytes, and where it ends. RFC 7541 §5.2. */
interface ReadString {
  huffman: boolean
  text: Uint8Array
  end: number
}

/**
 * Header block of HPACK (RFC 7541 §6). Written as a mapping of names to values, or as a list of
 * - `{ name, value }`: indexed if the static table has both, otherwise a literal that no table keeps; `indexing`
 *   (incremental, none, never), `nameIndex` (0 for a name in letters), `huffman`, and `nameLength` or `valueLength`
 *   that are wrong, may be given beside them;
 * - `{ index }`: an indexed header, of any index;
 * - `{ tableSize }`: a table size update;
 * - `{ raw }`: any bytes.
 * Integers are numbers, or `{ continuation: bytes }` after a prefix of ones. Read in the same forms; the dynamic table
 * is not kept, so an index into it stays a number.
 */
export function headerBlock(
  doc: string,
  options: { length: (values: Values) => number; when: (values: Values) => boolean },
): BytesField<Uint8Array> {
  return {
    kind: 'bytes',
    type: 'list of { name, value, indexing, nameIndex, huffman, nameLength, valueLength }, { index }, { tableSize } or { raw }; or one mapping',
    doc,
    initial: new Uint8Array(0),
    when: options.when,
    parse: (raw, where) => {
      if (raw instanceof Uint8Array) return raw
      if (Array.isArray(raw)) return concatBytes(raw.map((item, index) => encodeItem(item, `${where}[${index}]`)))
      if (typeof raw !== 'object' || raw === null)
        throw new PacketError(where, `${shown(raw)} is not a list of headers`)
      return concatBytes(Object.entries(raw).map(([name, value]) => encodeItem({ name, value }, `${where}.${name}`)))
    },
    present: presentBlock,
    encode: (value) => value,
    decode: (bytes, start, values, problems) => {
      const end = extent(bytes, start, Math.max(0, options.length(values)), 'headers', problems)
      return [bytes.subarray(start, end), end]
    },
  }
}

/** What is wrong with a header block in itself, in words. */
export function headerBlockProblem(block: Uint8Array): string | undefined {
  const items = presentBlock(block)
  const rest = items.at(-1)?.raw
  if (rest !== undefined) return 'headers end in the middle of one, or hold a string that is no Huffman code'
  return items.some(({ index }) => index === 0) ? 'headers name index 0, which no table has' : undefined
}

function encodeItem(raw: unknown, where: string): Uint8Array {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw) || raw instanceof Uint8Array)
    throw new PacketError(
      where,
      `${shown(raw)} is not a header; write { name, value }, { index }, { tableSize } or { raw }`,
    )
  const item = raw as Values
  for (const [name, encode] of Object.entries(others)) {
    if (item[name] === undefined) continue
    const extra = Object.keys(item).find((key) => key !== name)
    if (extra !== undefined) throw new PacketError(`${where}.${extra}`, `not allowed beside ${name}`)
    return encode(item[name], `${where}.${name}`)
  }
  const unknown = Object.keys(item).find((key) => !literalNames.includes(key))
  if (unknown !== undefined) throw unknownField(unknown, [...literalNames, ...Object.keys(others)], where)
  return encodeLiteral(item, where)
}

const others: Record<string, (raw: unknown, where: string) => Uint8Array> = {
  raw: parseBytes,
  index: (raw, where) => encodeInteger(parseInteger(raw, where), 7, 0x80),
  tableSize: (raw, where) => encodeInteger(parseInteger(raw, where), 5, 0x20),
}

function encodeLiteral(item: Values, where: string): Uint8Array {
  const name = parseText(item.name ?? '', `${where}.name`)
  const value = parseText(item.value ?? '', `${where}.value`)
  const known = staticIndex(decoder.decode(name), decoder.decode(value))
  const plain = literalNames.slice(2).every((key) => item[key] === undefined)
  if (plain && known?.whole) return encodeInteger(known.index, 7, 0x80)
  const { prefix, pattern } = literals[parseIndexing(item.indexing, `${where}.indexing`)]
  const nameIndex = parseInteger(item.nameIndex ?? known?.index ?? 0, `${where}.nameIndex`)
  const huffman = item.huffman ?? false
  if (typeof huffman !== 'boolean') throw new PacketError(`${where}.huffman`, `${shown(huffman)} is not true or false`)
  return concatBytes([
    encodeInteger(nameIndex, prefix, pattern),
    ...(nameIndex === 0 ? [encodeString(name, huffman, item.nameLength, `${where}.nameLength`)] : []),
    encodeString(value, huffman, item.valueLength, `${where}.valueLength`),
  ])
}

function encodeString(text: Uint8Array, huffman: boolean, length: unknown, where: string): Uint8Array {
  const bytes = huffman ? huffmanEncode(text) : text
  return concatBytes([encodeInteger(parseInteger(length ?? bytes.length, where), 7, huffman ? 0x80 : 0), bytes])
}

function parseText(raw: unknown, where: string): Uint8Array {
  return parseBytes(typeof raw === 'number' ? String(raw) : raw, where)
}

function parseIndexing(raw: unknown, where: string): Indexing {
  if (raw === undefined) return 'none'
  if (typeof raw === 'string' && Object.hasOwn(literals, raw)) return raw as Indexing
  throw new PacketError(where, `${shown(raw)} is not allowed; one of ${Object.keys(literals).join(', ')}`)
}

function presentBlock(block: Uint8Array): Values[] {
  const items: Values[] = []
  let offset = 0
  while (offset < block.length) {
    const read = presentItem(block, offset)
    if (read === undefined || !sameBytes(encodeItem(read.item, ''), block.subarray(offset, read.end))) {
      items.push({ raw: block.subarray(offset) })
      break
    }
    items.push(read.item)
    offset = read.end
  }
  return items
}

function presentItem(block: Uint8Array, start: number): { item: Values; end: number } | undefined {
  const first = block[start] as number
  if (first >= 0x80) {
    const read = decodeInteger(block, start, 7)
    return read && { item: indexed(read.value), end: read.end }
  }
  if (first >= 0x20 && first < 0x40) {
    const read = decodeInteger(block, start, 5)
    return read && { item: { tableSize: read.value }, end: read.end }
  }
  return presentLiteral(block, start, first >= 0x40 ? 'incremental' : first >= 0x10 ? 'never' : 'none')
}

function indexed(index: HpackInteger): Values {
  const entry = typeof index === 'number' ? staticTable[index - 1] : undefined
  return entry === undefined ? { index } : { name: entry[0], value: entry[1] }
}

function presentLiteral(
  block: Uint8Array,
  start: number,
  indexing: Indexing,
): { item: Values; end: number } | undefined {
  const read = decodeInteger(block, start, literals[indexing].prefix)
  if (read === undefined) return undefined
  const name = read.value === 0 ? readString(block, read.end) : undefined
  if (read.value === 0 && name === undefined) return undefined
  const value = readString(block, name?.end ?? read.end)
  if (value === undefined) return undefined
  const known = typeof read.value === 'number' ? staticTable[read.value - 1] : undefined
  const text = name === undefined ? known?.[0] : textOrBytes(name.text)
  const exact = typeof text === 'string' ? staticIndex(text, String(textOrBytes(value.text))) : undefined
  const implied = exact?.index ?? 0
  return {
    end: value.end,
    item: {
      ...(text === undefined ? {} : { name: text }),
      value: textOrBytes(value.text),
      ...(indexing === 'none' && !exact?.whole ? {} : { indexing }),
      ...(read.value === implied ? {} : { nameIndex: read.value }),
      ...(value.huffman ? { huffman: true } : {}),
    },
  }
}

function readString(block: Uint8Array, start: number): ReadString | undefined {
  const huffman = (block[start] ?? 0) >= 0x80
  const length = decodeInteger(block, start, 7)
  if (length === undefined) return undefined
  const end = length.end + numberOfInteger(length.value)
  if (end > block.length) return undefined
  const bytes = block.subarray(length.end, end)
  const text = huffman ? huffmanDecode(bytes) : bytes
  return text && { huffman, text, end }
}

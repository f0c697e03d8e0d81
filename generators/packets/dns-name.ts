import { concatBytes, parseBytes, shown } from './bytes.ts'
import type { BytesField, Values } from './field.ts'
import { PacketError } from './packet-error.ts'

const encoder = new TextEncoder()

/**
 * A domain name in wire form. Written as text (`www.example.com`, `\.` and `\255` for odd bytes) or as a list of
 * exactly what stands there: labels, `{ pointer: 12 }`, bytes; a list has no closing zero of its own.
 * RFC 1035 §3.1, §4.1.4, §5.1.
 */
export function domainName(doc: string): BytesField<Uint8Array> {
  return {
    kind: 'bytes',
    type: 'domain name',
    doc,
    initial: Uint8Array.of(0),
    parse: parseName,
    present: presentName,
    encode: (value) => value,
    decode: (bytes, start) => {
      const end = endOfName(bytes, start)
      return end === undefined ? undefined : [bytes.subarray(start, end), end]
    },
  }
}

/** Reads a name as a scenario writes it into wire form. @throws PacketError */
export function parseName(raw: unknown, where: string): Uint8Array {
  if (typeof raw === 'string')
    return concatBytes([...(raw === '.' ? [] : labelsOf(raw, where, true)), Uint8Array.of(0)])
  if (!Array.isArray(raw)) return parseBytes(raw, where)
  return concatBytes(raw.map((part, index) => parsePart(part, `${where}[${index}]`)))
}

/** A name in wire form as text, or as a list if it holds a pointer. */
export function presentName(bytes: Uint8Array): unknown {
  const labels: string[] = []
  for (let offset = 0; offset < bytes.length; ) {
    const length = bytes[offset] as number
    if (length === 0) return labels.length === 0 ? '.' : labels.join('.')
    if (length >= 0xc0) return [...labels, { pointer: (length & 0x3f) * 256 + (bytes[offset + 1] ?? 0) }]
    labels.push(escaped(bytes.subarray(offset + 1, offset + 1 + length)))
    offset += 1 + length
  }
  return bytes
}

/** Where the name that starts at `start` ends; undefined if it is cut or has a label of unknown form. */
export function endOfName(bytes: Uint8Array, start: number): number | undefined {
  let offset = start
  for (;;) {
    const length = bytes[offset]
    if (length === undefined) return undefined
    if (length === 0) return offset + 1
    if (length >= 0xc0) return offset + 2 <= bytes.length ? offset + 2 : undefined
    if (length >= 0x40) return undefined
    offset += 1 + length
  }
}

/** Splits text into labels at its dots, or takes it as one label. */
function labelsOf(text: string, where: string, split: boolean): Uint8Array[] {
  const labels: number[][] = [[]]
  for (const [token, number, character] of text.matchAll(/\\(\d{3})|\\?(.)/gsu)) {
    if (split && token === '.') labels.push([])
    else labels.at(-1)?.push(...(number === undefined ? encoder.encode(character) : [byteOf(number, where)]))
  }
  if (split && labels.at(-1)?.length === 0) labels.pop()
  return labels.map((label) => lengthened(Uint8Array.from(label), text, where))
}

function byteOf(number: string, where: string): number {
  if (Number(number) <= 255) return Number(number)
  throw new PacketError(where, `\\${number} is not a byte; \\000 to \\255`)
}

function lengthened(label: Uint8Array, text: string, where: string): Uint8Array {
  if (label.length >= 1 && label.length <= 63) return concatBytes([Uint8Array.of(label.length), label])
  throw new PacketError(
    where,
    `${shown(text)} has a label of ${label.length} bytes; 1 to 63 are allowed. Write bytes ({ hex: ... }) for a name that is wrong on purpose`,
  )
}

function parsePart(raw: unknown, where: string): Uint8Array {
  if (typeof raw === 'string') return concatBytes(labelsOf(raw, where, false))
  if (typeof raw !== 'object' || raw === null || !('pointer' in raw)) return parseBytes(raw, where)
  const { pointer } = raw as Values
  if (Number.isInteger(pointer) && (pointer as number) >= 0 && (pointer as number) < 0x4000)
    return Uint8Array.of(0xc0 | ((pointer as number) >> 8), pointer as number)
  throw new PacketError(`${where}.pointer`, `${shown(pointer)} is not allowed; a whole number from 0 to 16383`)
}

function escaped(label: Uint8Array): string {
  return Array.from(label, (byte) => {
    const character = String.fromCharCode(byte)
    if (character === '.' || character === '\\') return `\\${character}`
    return byte > 0x20 && byte < 0x7f ? character : `\\${String(byte).padStart(3, '0')}`
  }).join('')
}

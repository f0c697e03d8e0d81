import { PacketError } from './packet-error.ts'

/** Lists inside lists; far more than anyone writes, far fewer than the call stack takes. */
const deepest = 16

/** No scenario needs more in one value; a typing error should not take the memory. */
const mostBytes = 16 * 1024 * 1024

const encoder = new TextEncoder()

/**
 * Reads a `bytes` value as scenarios write it: text (UTF-8), `{ hex: '00 ff' }`, `{ repeat: { text | byte | bytes, count } }`,
 * a list of those, or bytes already. `where` names the value in errors.
 * @throws PacketError for anything else, and beyond 16 MiB
 */
export function parseBytes(raw: unknown, where = 'bytes'): Uint8Array {
  return parsePart(raw, where, 0)
}

function parsePart(raw: unknown, where: string, depth: number): Uint8Array {
  if (typeof raw === 'string') return encoder.encode(raw)
  if (raw instanceof Uint8Array) return raw
  if (Array.isArray(raw)) {
    if (depth === deepest) throw new PacketError(where, `lists are nested more than ${deepest} deep`)
    return joined(
      raw.map((part, index) => parsePart(part, `${where}[${index}]`, depth + 1)),
      where,
    )
  }
  if (typeof raw === 'object' && raw !== null) {
    const keys = Object.keys(raw)
    if (keys.length === 1 && 'hex' in raw) return fromHex(raw.hex, `${where}.hex`)
    if (keys.length === 1 && 'repeat' in raw) return repeated(raw.repeat, `${where}.repeat`, depth)
  }
  throw new PacketError(
    where,
    `${shown(raw)} is not bytes; write text, { hex: '00 ff' }, { repeat: { text, byte or bytes, count } } or a list of those`,
  )
}

/** Writes a value into a message: JSON, cut after 60 characters. */
export function shown(value: unknown): string {
  let text: string | undefined
  try {
    text = value instanceof Uint8Array ? `${value.length} bytes` : JSON.stringify(value)
  } catch {
    text = undefined
  }
  text ??= String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** Joins pieces into one array. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/** Whether both hold the same bytes. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}

function joined(parts: readonly Uint8Array[], where: string): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  if (length > mostBytes) throw new PacketError(where, `${length} bytes are more than the allowed ${mostBytes}`)
  return concatBytes(parts)
}

function fromHex(raw: unknown, where: string): Uint8Array {
  const digits = typeof raw === 'string' ? raw.replace(/[\s:]/g, '') : undefined
  if (digits === undefined || digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits))
    throw new PacketError(where, `${shown(raw)} is not hexadecimal; write pairs of digits as text, such as '00 ff'`)
  return new Uint8Array(Buffer.from(digits, 'hex'))
}

function repeated(raw: unknown, where: string, depth: number): Uint8Array {
  if (typeof raw !== 'object' || raw === null) throw badRepeat(raw, where)
  const { count, ...pieces } = raw as Record<string, unknown>
  const [kind, ...others] = Object.keys(pieces)
  if (kind === undefined || others.length > 0) throw badRepeat(raw, where)
  const piece = pieceOf(kind, pieces[kind], raw, where, depth)
  if (!Number.isInteger(count) || (count as number) < 0 || (count as number) * piece.length > mostBytes)
    throw new PacketError(
      `${where}.count`,
      `${shown(count)} is out of range; a whole number from 0, and no more than ${mostBytes} bytes in all`,
    )
  const bytes = new Uint8Array((count as number) * piece.length)
  bytes.set(piece.subarray(0, bytes.length))
  for (let filled = piece.length; filled < bytes.length; filled *= 2) bytes.copyWithin(filled, 0, filled)
  return bytes
}

function pieceOf(kind: string, content: unknown, raw: unknown, where: string, depth: number): Uint8Array {
  if (kind === 'byte') return Uint8Array.of(checkedByte(content, where))
  if (kind === 'text') {
    if (typeof content !== 'string' || content === '')
      throw new PacketError(`${where}.text`, `${shown(content)} is not text`)
    return encoder.encode(content)
  }
  if (kind !== 'bytes' || depth === deepest) throw badRepeat(raw, where)
  const piece = parsePart(content, `${where}.bytes`, depth + 1)
  if (piece.length === 0) throw new PacketError(`${where}.bytes`, 'there is nothing to repeat')
  return piece
}

function checkedByte(byte: unknown, where: string): number {
  if (!Number.isInteger(byte) || (byte as number) < 0 || (byte as number) > 255)
    throw new PacketError(`${where}.byte`, `${shown(byte)} is out of range; 0 to 255`)
  return byte as number
}

function badRepeat(raw: unknown, where: string): PacketError {
  return new PacketError(where, `${shown(raw)} is not { text, count }, { byte, count } or { bytes, count }`)
}

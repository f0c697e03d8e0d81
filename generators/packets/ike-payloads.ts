import { concatBytes, parseBytes, sameBytes, shown } from './bytes.ts'
import { type BytesField, numberOf, u8, u16, type Values } from './field.ts'
import { type PayloadKind, payloadKinds } from './ike-payload-kinds.ts'
import { PacketError } from './packet-error.ts'
import { decodeStruct, encodeStruct, parseValues, presentValues, unknownField } from './struct.ts'

/** One payload in working form; `nextPayload` and `length` are undefined where they are as they should be. */
export type Payload =
  | { raw: Uint8Array }
  | {
      type: number
      nextPayload: number | undefined
      flags: number
      length: number | undefined
      body: Uint8Array
    }

const headSize = 4
/** What is behind an encrypted payload is inside it. */
const encrypted = 46
const types = Object.fromEntries(payloadKinds.map(({ name, type }) => [name, type]))
const byType = new Map(payloadKinds.map((kind) => [kind.type, kind]))
const typeField = u8('Kind of payload.', { names: types })
const lengthField = u16('Bytes of the payload.')

/** Number of the first payload, 0 for none. */
export function firstType(list: readonly Payload[]): number {
  return typeOf(list[0])
}

/**
 * Payloads, each of which names the next. Written as a list of `{ type: KE, dhGroup: 14, keyExchange: bytes }`, of
 * `{ type: 99, data: bytes }` and of `{ raw: bytes }`; `nextPayload`, `flags` and `length` may be given too.
 * RFC 7296 §3.2.
 */
export function payloadsField(doc: string, first: (values: Values) => number): BytesField<Payload[]> {
  return {
    kind: 'bytes',
    type: 'list of payloads',
    doc,
    initial: [],
    items: payloadKinds.map(({ name, type, struct }) => ({
      name,
      type,
      fields: struct === undefined ? ['data'] : Object.keys(struct.fields),
    })),
    parse: (raw, where) => {
      if (!Array.isArray(raw)) throw new PacketError(where, `${shown(raw)} is not a list of payloads`)
      return raw.map((item, index) => parsePayload(item, `${where}[${index}]`))
    },
    present: (value) => value.map(presentPayload),
    encode: (value) => concatBytes(value.map((one, index) => encodePayload(one, typeOf(value[index + 1])))),
    decode: (input, start, values, problems) => [
      decodePayloads(input.subarray(start), first(values), problems),
      input.length,
    ],
  }
}

function parsePayload(raw: unknown, where: string): Payload {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw) || raw instanceof Uint8Array)
    throw new PacketError(where, `${shown(raw)} is not a payload; write { type, ... } or { raw: bytes }`)
  const { type, nextPayload, flags = 0, length, ...others } = raw as Values
  if ('raw' in raw) return { raw: parseBytes(raw.raw, `${where}.raw`) }
  const number = typeField.parse(type, `${where}.type`)
  return {
    type: number,
    nextPayload: nextPayload === undefined ? undefined : typeField.parse(nextPayload, `${where}.nextPayload`),
    flags: u8('').parse(flags, `${where}.flags`),
    length: length === undefined ? undefined : lengthField.parse(length, `${where}.length`),
    body: parseBody(byType.get(number), others, where),
  }
}

function parseBody(kind: PayloadKind | undefined, others: Values, where: string): Uint8Array {
  const { data, ...fields } = others
  const names = Object.keys(kind?.struct?.fields ?? {})
  const unknown = Object.keys(fields).find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw unknownField(unknown, ['type', 'nextPayload', 'flags', 'length', 'data', ...names], where)
  if (data !== undefined || kind?.struct === undefined) return parseBytes(data ?? '', `${where}.data`)
  return encodeStruct(kind.struct, parseValues(kind.struct, fields, where), kind.complete)
}

function presentPayload(payload: Payload): Values {
  if ('raw' in payload) return { raw: payload.raw }
  const { type, nextPayload, flags, length, body } = payload
  return {
    type: byType.get(type)?.name ?? type,
    ...(nextPayload === undefined ? {} : { nextPayload }),
    ...(flags === 0 ? {} : { flags }),
    ...(length === undefined ? {} : { length }),
    ...presentBody(byType.get(type), body),
  }
}

function presentBody(kind: PayloadKind | undefined, body: Uint8Array): Values {
  if (kind?.struct === undefined) return { data: body }
  const read = decodeStruct(kind.struct, body, 0, [])
  if (typeof read === 'string') return { data: body }
  const fields = presentValues(kind.struct, read.values)
  const again = encodeStruct(kind.struct, parseValues(kind.struct, fields, kind.name), kind.complete)
  return sameBytes(again, body) ? fields : { data: body }
}

function encodePayload(payload: Payload, following: number): Uint8Array {
  if ('raw' in payload) return payload.raw
  const { nextPayload = following, flags, body } = payload
  const length = payload.length ?? Math.min(0xffff, headSize + body.length)
  return concatBytes([Uint8Array.of(nextPayload, flags, length >> 8, length & 0xff), body])
}

function decodePayloads(region: Uint8Array, first: number, problems: string[]): Payload[] {
  const list: Payload[] = []
  let type = first
  let offset = 0
  while (offset < region.length && type !== 0) {
    const [nextPayload = 0, flags = 0] = region.subarray(offset)
    const length = ((region[offset + 2] ?? 0) << 8) | (region[offset + 3] ?? 0)
    const end = offset + length
    if (offset + headSize > region.length || length < headSize || end > region.length) {
      problems.push(`payload ${type} at byte ${offset} has length ${length}, ${region.length - offset} bytes are there`)
      break
    }
    const body = region.subarray(offset + headSize, end)
    list.push({ type, nextPayload, flags, length: undefined, body })
    problems.push(...bodyProblems(type, body))
    offset = end
    type = type === encrypted ? 0 : nextPayload
  }
  if (type !== 0 && offset === region.length && list.length > 0)
    problems.push(`payload ${type} is announced and not there`)
  if (offset < region.length) list.push({ raw: region.subarray(offset) })
  return list.map((one, index) => usual(one, typeOf(list[index + 1])))
}

/** Leaves out the number of the next payload where it is that of the next. */
function usual(payload: Payload, following: number): Payload {
  if ('raw' in payload || payload.nextPayload !== following) return payload
  return { ...payload, nextPayload: undefined }
}

function bodyProblems(type: number, body: Uint8Array): string[] {
  const kind = byType.get(type)
  if (kind?.struct === undefined) return []
  const problems: string[] = []
  const read = decodeStruct(kind.struct, body, 0, problems)
  if (typeof read === 'string') problems.push(read)
  else if (read.end < body.length) problems.push(`${body.length - read.end} bytes follow`)
  return problems.map((problem) => `${kind.name}: ${problem}`)
}

function typeOf(payload: Payload | undefined): number {
  return payload === undefined || 'raw' in payload ? 0 : numberOf(payload, 'type')
}

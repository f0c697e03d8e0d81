import { bytes, extent, fixedBytes } from './byte-fields.ts'
import { concatBytes, parseBytes, sameBytes, shown } from './bytes.ts'
import { type BytesField, type Fields, u8, type Values } from './field.ts'
import { PacketError } from './packet-error.ts'
import { encodeQuicInteger, quicInteger, quicNumber } from './quic-integer.ts'
import {
  decodeStruct,
  defineStruct,
  encodeStruct,
  parseValues,
  presentValues,
  type Struct,
  unknownField,
} from './struct.ts'
import { structList } from './struct-list.ts'

const count = (values: Values, name: string) => {
  const value = values[name]
  return value instanceof Uint8Array ? quicNumber(value) : 0
}
const sized = (name: string, label: string) => bytes(`${label}.`, { label, length: (values) => count(values, name) })

const ack: Fields = {
  largestAcknowledged: quicInteger('Largest packet number that came.'),
  ackDelay: quicInteger('How long ago.'),
  ackRangeCount: quicInteger('Number of further ranges.'),
  firstAckRange: quicInteger('Packets before the largest one.'),
  ackRanges: structList(
    'ackRanges',
    'Further ranges.',
    { gap: quicInteger('Packets that did not come.'), ackRangeLength: quicInteger('Packets that did.') },
    { count: (values) => count(values, 'ackRangeCount') },
  ),
}
const crypto: Fields = {
  offset: quicInteger('Where the data belongs.'),
  length: quicInteger('Bytes of data.'),
  data: sized('length', 'Part of the handshake'),
}
const close: Fields = {
  errorCode: quicInteger('Why.'),
  frameType: quicInteger('Frame that was the cause.'),
  reasonPhraseLength: quicInteger('Bytes of the reason.'),
  reasonPhrase: sized('reasonPhraseLength', 'Reason'),
}
const { frameType: _frameType, ...applicationClose } = close
const stream = (bits: number): Fields => ({
  streamId: quicInteger('Stream.'),
  ...((bits & 4) === 0 ? {} : { offset: quicInteger('Where the data belongs.') }),
  ...((bits & 2) === 0 ? {} : { length: quicInteger('Bytes of data.') }),
  data: (bits & 2) === 0 ? bytes('Data, to the end of the packet.') : sized('length', 'Data'),
})
const maximum = { maximum: quicInteger('Limit.') }
const ofStream = { streamId: quicInteger('Stream.'), maximum: quicInteger('Limit.') }

/** Kinds of frames by their type. RFC 9000 §19. */
const kinds: readonly (readonly [name: string, type: number, fields: Fields])[] = [
  ['PADDING', 0x00, {}],
  ['PING', 0x01, {}],
  ['ACK', 0x02, ack],
  ['ACK_ECN', 0x03, { ...ack, ect0: quicInteger('ECT(0).'), ect1: quicInteger('ECT(1).'), ce: quicInteger('CE.') }],
  [
    'RESET_STREAM',
    0x04,
    { streamId: quicInteger('Stream.'), errorCode: quicInteger('Why.'), finalSize: quicInteger('Bytes.') },
  ],
  ['STOP_SENDING', 0x05, { streamId: quicInteger('Stream.'), errorCode: quicInteger('Why.') }],
  ['CRYPTO', 0x06, crypto],
  ['NEW_TOKEN', 0x07, { length: quicInteger('Bytes of the token.'), data: sized('length', 'Token') }],
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [streamName(bits), 0x08 + bits, stream(bits)] as const),
  ['MAX_DATA', 0x10, maximum],
  ['MAX_STREAM_DATA', 0x11, ofStream],
  ['MAX_STREAMS_BIDI', 0x12, maximum],
  ['MAX_STREAMS_UNI', 0x13, maximum],
  ['DATA_BLOCKED', 0x14, maximum],
  ['STREAM_DATA_BLOCKED', 0x15, ofStream],
  ['STREAMS_BLOCKED_BIDI', 0x16, maximum],
  ['STREAMS_BLOCKED_UNI', 0x17, maximum],
  [
    'NEW_CONNECTION_ID',
    0x18,
    {
      sequenceNumber: quicInteger('Number of the id.'),
      retirePriorTo: quicInteger('Ids below this are given up.'),
      length: u8('Bytes of the id.'),
      connectionId: bytes('Id.', { label: 'Id', length: (values) => values.length as number }),
      statelessResetToken: fixedBytes(16, 'Token.'),
    },
  ],
  ['RETIRE_CONNECTION_ID', 0x19, { sequenceNumber: quicInteger('Number of the id.') }],
  ['PATH_CHALLENGE', 0x1a, { data: fixedBytes(8, 'What is to come back.') }],
  ['PATH_RESPONSE', 0x1b, { data: fixedBytes(8, 'What came.') }],
  ['CONNECTION_CLOSE', 0x1c, close],
  ['CONNECTION_CLOSE_APPLICATION', 0x1d, applicationClose],
  ['HANDSHAKE_DONE', 0x1e, {}],
]
const padding = 0

interface Kind {
  name: string
  type: number
  struct: Struct
}
const byType = new Map<number, Kind>(
  kinds.map(([name, type, fields]) => [type, { name, type, struct: defineStruct(fields) }]),
)
const byName = new Map<string, Kind>([...byType.values()].map((kind) => [kind.name, kind]))

/** Counts and lengths that follow from what they count, where they are not given. */
const counted: Readonly<Record<string, string>> = {
  data: 'length',
  reasonPhrase: 'reasonPhraseLength',
  ackRanges: 'ackRangeCount',
  connectionId: 'length',
}

/**
 * Frames of a QUIC packet, RFC 9000 §19. Written as a list of names, of `{ type, ... }` with the frame's fields
 * (PADDING takes `count`; a type may be a number), of `{ raw: bytes }`; or as bytes. Read as a list where it makes the
 * same bytes again.
 */
export function quicFrames(doc: string, length: (values: Values) => number): BytesField<Uint8Array> {
  return {
    kind: 'bytes',
    type: 'list of frames',
    doc,
    initial: Uint8Array.of(1, 0, 0, 0),
    items: kinds.map(([name, type, fields]) => ({
      name,
      type,
      fields: type === padding ? ['count'] : Object.keys(fields),
    })),
    parse: (raw, where) => {
      if (raw instanceof Uint8Array || !Array.isArray(raw)) return parseBytes(raw, where)
      return concatBytes(raw.map((item, index) => encodeFrame(item, `${where}[${index}]`)))
    },
    present: presentFrames,
    encode: (value) => value,
    decode: (input, start, values, problems) => {
      const end = extent(input, start, Math.max(0, length(values)), 'frames', problems)
      return [input.subarray(start, end), end]
    },
  }
}

/** What is wrong with frames, in words. */
export function framesProblem(region: Uint8Array): string | undefined {
  const rest = presentFrames(region).at(-1)
  return rest !== undefined && 'raw' in rest ? 'frames end in the middle of one, or are of no known kind' : undefined
}

function encodeFrame(raw: unknown, where: string): Uint8Array {
  if (typeof raw === 'string') return encodeFrame({ type: raw }, where)
  if (typeof raw !== 'object' || raw === null || raw instanceof Uint8Array || Array.isArray(raw))
    throw new PacketError(where, `${shown(raw)} is not a frame; write its name, { type, ... } or { raw: bytes }`)
  const { type, raw: plain, count: repeated = 1, ...fields } = raw as Values
  if (plain !== undefined) return parseBytes(plain, `${where}.raw`)
  const kind = typeof type === 'string' ? byName.get(type) : byType.get(type as number)
  if (kind === undefined) throw unknownField(String(type), [...byName.keys()], `${where}.type`)
  if (kind.type === padding) return new Uint8Array(repeated as number)
  const given = parseValues(kind.struct, fields, where)
  for (const [name, counter] of Object.entries(counted)) {
    const value = given[name] as Uint8Array | unknown[] | undefined
    const field = kind.struct.fields[counter]
    if (value === undefined || field === undefined || given[counter] !== undefined) continue
    given[counter] = field.kind === 'number' ? value.length : encodeQuicInteger(value.length)
  }
  return concatBytes([encodeQuicInteger(kind.type), encodeStruct(kind.struct, given)])
}

function presentFrames(region: Uint8Array): Values[] {
  const frames: Values[] = []
  let offset = 0
  while (offset < region.length) {
    const read = presentFrame(region, offset)
    if (read === undefined || !sameBytes(encodeFrame(read.frame, ''), region.subarray(offset, read.end))) {
      frames.push({ raw: region.subarray(offset) })
      break
    }
    frames.push(read.frame)
    offset = read.end
  }
  return frames
}

function presentFrame(region: Uint8Array, start: number): { frame: Values; end: number } | undefined {
  const kind = byType.get(region[start] as number)
  if (kind === undefined) return undefined
  if (kind.type === padding) {
    let end = start
    while (region[end] === 0) end++
    return { frame: { type: kind.name, count: end - start }, end }
  }
  const problems: string[] = []
  const read = decodeStruct(kind.struct, region, start + 1, problems)
  if (typeof read === 'string' || problems.length > 0) return undefined
  return { frame: { type: kind.name, ...presentValues(kind.struct, read.values) }, end: read.end }
}

function streamName(bits: number): string {
  const names = [
    'STREAM',
    ...((bits & 4) === 0 ? [] : ['OFF']),
    ...((bits & 2) === 0 ? [] : ['LEN']),
    ...((bits & 1) === 0 ? [] : ['FIN']),
  ]
  return names.join('_')
}

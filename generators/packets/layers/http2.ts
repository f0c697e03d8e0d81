import { bytes, fixedBytes } from '../byte-fields.ts'
import { parseBytes, sameBytes } from '../bytes.ts'
import { textOrBytes } from '../dns-data.ts'
import { type BytesField, bits, flags, numberOf, u8, u16, u24, u32, type Values } from '../field.ts'
import { headerBlock, headerBlockProblem } from '../hpack.ts'
import { defineLayer } from '../layer.ts'
import { structList } from '../struct-list.ts'

const types = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
}
const flagBits = { END_STREAM: 1, ACK: 1, END_HEADERS: 4, PADDED: 8, PRIORITY: 0x20 }
const errors = {
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  INTERNAL_ERROR: 2,
  FLOW_CONTROL_ERROR: 3,
  SETTINGS_TIMEOUT: 4,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  CANCEL: 8,
  COMPRESSION_ERROR: 9,
  CONNECT_ERROR: 10,
  ENHANCE_YOUR_CALM: 11,
  INADEQUATE_SECURITY: 12,
  HTTP_1_1_REQUIRED: 13,
}
const settings = {
  HEADER_TABLE_SIZE: 1,
  ENABLE_PUSH: 2,
  MAX_CONCURRENT_STREAMS: 3,
  INITIAL_WINDOW_SIZE: 4,
  MAX_FRAME_SIZE: 5,
  MAX_HEADER_LIST_SIZE: 6,
}

type Type = keyof typeof types

const of = (...names: Type[]) => ({
  when: (values: Values) => names.some((name) => numberOf(values, 'type') === types[name]),
})
const has = (values: Values, flag: keyof typeof flagBits) => (numberOf(values, 'flags') & flagBits[flag]) !== 0
const padded = {
  when: (values: Values) => has(values, 'PADDED') && of('DATA', 'HEADERS', 'PUSH_PROMISE').when(values),
}
const prioritised = {
  when: (values: Values) => of('PRIORITY').when(values) || (of('HEADERS').when(values) && has(values, 'PRIORITY')),
}
const withHeaders = of('HEADERS', 'PUSH_PROMISE', 'CONTINUATION')
const onConnection = of('SETTINGS', 'PING', 'GOAWAY')
const padding = (values: Values) => (padded.when(values) ? numberOf(values, 'padLength') : 0)

const magic = new TextEncoder().encode('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** What a client says before its first frame. RFC 9113 §3.4. */
const preface: BytesField<Uint8Array> = {
  kind: 'bytes',
  type: 'true or bytes',
  doc: 'Connection preface before this frame: true for the right one, or other bytes.',
  initial: new Uint8Array(0),
  parse: (raw, where) => (raw === true ? magic : raw === false ? new Uint8Array(0) : parseBytes(raw, where)),
  present: (value) => (sameBytes(value, magic) ? true : textOrBytes(value)),
  encode: (value) => value,
  decode: (input, start) => {
    const end = start + magic.length
    const found = sameBytes(input.subarray(start, end), magic)
    return found ? [input.subarray(start, end), end] : [new Uint8Array(0), start]
  },
}

/** One HTTP/2 frame, with the preface before it where one is wanted; further frames are `http2` layers inside. RFC 9113 §4.1. */
export const http2 = defineLayer({
  name: 'http2',
  title: 'HTTP/2 frame',
  rfc: 'RFC 9113 §4.1',
  fields: {
    preface,
    length: u24('Bytes after the frame header.', { computed: 'size of what the frame holds' }),
    type: u8('Kind of frame.', { initial: types.SETTINGS, names: types }),
    flags: flags(8, flagBits, 'Flags; ACK is the same bit as END_STREAM.', {
      computed: 'END_HEADERS where there are headers; PADDED and PRIORITY where their fields are given',
    }),
    reserved: bits(1, 'Reserved.'),
    streamIdentifier: bits(31, 'Stream; 0 is the connection.', { computed: '0 or 1, as the kind of frame demands' }),
    padLength: u8('Bytes of padding.', { computed: 'size of the padding', ...padded }),
    promisedReserved: bits(1, 'Reserved.', of('PUSH_PROMISE')),
    promisedStreamIdentifier: bits(31, 'Stream that is promised.', { initial: 2, ...of('PUSH_PROMISE') }),
    exclusive: bits(1, 'Whether the stream alone depends on the other.', prioritised),
    streamDependency: bits(31, 'Stream that this one depends on.', prioritised),
    weight: u8('Weight less one.', { initial: 15, ...prioritised }),
    settings: structList(
      'settings',
      'Settings of the sender.',
      { identifier: u16('Which one.', { names: settings }), value: u32('Its value.') },
      { count: (values) => Math.floor(numberOf(values, 'length') / 6), ...of('SETTINGS') },
    ),
    opaqueData: fixedBytes(8, 'What comes back in the answer to a PING.', of('PING')),
    lastStreamReserved: bits(1, 'Reserved.', of('GOAWAY')),
    lastStreamIdentifier: bits(31, 'Last stream that was taken care of.', of('GOAWAY')),
    errorCode: u32('Why, in RST_STREAM and GOAWAY.', { names: errors, ...of('RST_STREAM', 'GOAWAY') }),
    windowReserved: bits(1, 'Reserved.', of('WINDOW_UPDATE')),
    windowSizeIncrement: bits(31, 'Bytes more that the other side may send.', { initial: 1, ...of('WINDOW_UPDATE') }),
    headers: headerBlock('Header block of HEADERS, PUSH_PROMISE and CONTINUATION.', {
      length: (values) => left(values),
      ...withHeaders,
    }),
    data: bytes('Data of DATA, debug data of GOAWAY, or whatever else the frame holds.', {
      label: 'frame',
      length: (values) => Math.max(0, left(values)),
    }),
    padding: bytes('Padding, zeros if right.', { label: 'padding', length: padding }),
  },
  boundTo: { tcpPort: 8080 },
  imply: (given) => {
    const type = given.type ?? types.SETTINGS
    const set =
      (withHeaders.when({ type }) ? flagBits.END_HEADERS : 0) |
      (given.padding !== undefined || given.padLength !== undefined ? flagBits.PADDED : 0) |
      (type === types.HEADERS &&
      [given.exclusive, given.streamDependency, given.weight].some((value) => value !== undefined)
        ? flagBits.PRIORITY
        : 0)
    return { flags: set, streamIdentifier: onConnection.when({ type }) ? 0 : 1 }
  },
  complete: (values, _payload, headerLength) => ({
    length: headerLength - values.preface.length - frameHeader,
    padLength: Math.min(0xff, values.padding.length),
  }),
  next: (_values, following) => (following.length > 0 ? 'http2' : undefined),
  inspect: (values) => {
    const problems: string[] = []
    const { type, length, streamIdentifier } = values
    const over = -left(values, true)
    if (over > 0) problems.push(`length is ${length}, the fields take ${length + over} bytes`)
    if (onConnection.when(values) && streamIdentifier !== 0)
      problems.push(`stream ${streamIdentifier} in a frame of the connection`)
    if (
      type <= types.CONTINUATION &&
      type !== types.WINDOW_UPDATE &&
      !onConnection.when(values) &&
      streamIdentifier === 0
    )
      problems.push('stream 0 in a frame of a stream')
    if (type === types.WINDOW_UPDATE && values.windowSizeIncrement === 0) problems.push('windowSizeIncrement is 0')
    if (fixedSize.when(values) && values.data.length > 0)
      problems.push(`${values.data.length} bytes more than the frame may have`)
    const problem = withHeaders.when(values) ? headerBlockProblem(values.headers) : undefined
    if (problem !== undefined && has(values, 'END_HEADERS') && type !== types.CONTINUATION) problems.push(problem)
    return problems
  },
})

const frameHeader = 9
const fixedSize = of('PRIORITY', 'RST_STREAM', 'SETTINGS', 'PING', 'WINDOW_UPDATE')
const sizes: Partial<Record<number, number>> = {
  [types.RST_STREAM]: 4,
  [types.GOAWAY]: 8,
  [types.PING]: 8,
  [types.WINDOW_UPDATE]: 4,
}

/** Bytes of the frame that no field before `data` has read, or none at all if `whole`; negative if they read too many. */
function left(values: Values, whole = false): number {
  const list = values.settings as unknown[] | undefined
  const block = values.headers as Uint8Array | undefined
  const taken =
    (padded.when(values) ? 1 : 0) +
    (prioritised.when(values) ? 5 : 0) +
    (of('PUSH_PROMISE').when(values) ? 4 : 0) +
    (list?.length ?? 0) * 6 +
    (block?.length ?? 0) +
    (sizes[numberOf(values, 'type')] ?? 0) +
    padding(values) +
    (whole ? ((values.data as Uint8Array | undefined)?.length ?? 0) : 0)
  return numberOf(values, 'length') - taken
}

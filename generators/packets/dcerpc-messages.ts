import { bytes, fixedBytes } from './byte-fields.ts'
import { type BytesField, flags, u8, type Values } from './field.ts'
import { u16le, u32le } from './little-endian.ts'
import { type Shape, type Shaped, shape, shapedField } from './shaped.ts'
import { structList } from './struct-list.ts'

const headSize = 16
const kinds = { request: 0, response: 2, fault: 3, bind: 11, bindAck: 12 }
const whole = 3

/** Header of every message. C706 §12.6.3.1. */
const head = (type: number) => ({
  version: u8('5.', { initial: 5 }),
  minorVersion: u8('0.'),
  type: u8('Kind of message.', { initial: type, names: kinds }),
  flags: flags(8, { FIRST: 1, LAST: 2 }, 'Which fragment this is.', { initial: whole }),
  dataRepresentation: fixedBytes(4, 'Order of bytes; 0x10 is low byte first.', {
    initial: Uint8Array.of(0x10, 0, 0, 0),
  }),
  fragmentLength: u16le('Bytes of the message.', { computed: 'size' }),
  authenticationLength: u16le('Bytes of the verifier.'),
  callId: u32le('Ties answer to request.', { initial: 1 }),
})

/** Transfer syntax NDR, version 2. */
const ndr = Uint8Array.of(
  4,
  0x5d,
  0x88,
  0x8a,
  0xeb,
  0x1c,
  0xc9,
  0x11,
  0x9f,
  0xe8,
  8,
  0,
  0x2b,
  0x10,
  0x48,
  0x60,
  2,
  0,
  0,
  0,
)
/** The server service, version 3. */
const srvsvc = Uint8Array.of(
  0xc8,
  0x4f,
  0x32,
  0x4b,
  0x70,
  0x16,
  0xd3,
  1,
  0x12,
  0x78,
  0x5a,
  0x47,
  0xbf,
  0x6e,
  0xe1,
  0x88,
  3,
  0,
  0,
  0,
)
const contextSize = 44

const bind = shape(
  'bind',
  {
    ...head(kinds.bind),
    maxTransmit: u16le('Largest fragment sent.', { initial: 4280 }),
    maxReceive: u16le('Largest fragment received.', { initial: 4280 }),
    associationGroup: u32le('0 makes a new one.'),
    contextCount: u8('Number of contexts.', { computed: 'from the list' }),
    reserved: fixedBytes(3, 'Reserved.'),
    contexts: structList(
      'contexts',
      'Interfaces that are wanted.',
      {
        contextId: u16le('Number of the context.'),
        transferCount: u8('1.', { initial: 1 }),
        reserved: u8('Reserved.'),
        interface: fixedBytes(20, 'UUID and version of the interface.', { initial: srvsvc }),
        transferSyntax: fixedBytes(20, 'UUID and version of the syntax.', { initial: ndr }),
      },
      { count: ({ contextCount }) => Number(contextCount) },
    ),
  },
  ({ contexts }) => ({
    contextCount: contexts.length,
    fragmentLength: headSize + 12 + contexts.length * contextSize,
  }),
)

const bindAck = shape(
  'bindAck',
  {
    ...head(kinds.bindAck),
    maxTransmit: u16le('Largest fragment sent.', { initial: 4280 }),
    maxReceive: u16le('Largest fragment received.', { initial: 4280 }),
    associationGroup: u32le('Group.', { initial: 0x5a5a }),
    addressLength: u16le('Bytes of the address.', { computed: 'size' }),
    address: bytes('Second address, with its zero byte.', {
      initial: new TextEncoder().encode('\\PIPE\\srvsvc\0'),
      label: 'address',
      length: ({ addressLength }) => Number(addressLength),
    }),
    padding: bytes('Up to a multiple of four.', {
      initial: new Uint8Array(1),
      length: ({ addressLength }) => (4 - ((26 + Number(addressLength)) % 4)) % 4,
    }),
    resultCount: u8('Number of results.', { initial: 1 }),
    reserved: fixedBytes(3, 'Reserved.'),
    result: u16le('0 accepts.'),
    reason: u16le('Why not.'),
    transferSyntax: fixedBytes(20, 'UUID and version of the syntax.', { initial: ndr }),
  },
  ({ address, padding }) => ({
    addressLength: address.length,
    fragmentLength: headSize + 10 + address.length + padding.length + 28,
  }),
)

const request = shape(
  'request',
  {
    ...head(kinds.request),
    allocationHint: u32le('Bytes in all.', { computed: 'size of the stub' }),
    contextId: u16le('Context.'),
    operation: u16le('What is called.', { initial: 15 }),
    stub: bytes('Arguments.', {
      label: 'stub',
      length: ({ fragmentLength }) => Math.max(0, Number(fragmentLength) - headSize - 8),
    }),
  },
  ({ stub }) => ({ allocationHint: stub.length, fragmentLength: headSize + 8 + stub.length }),
)

const response = shape(
  'response',
  {
    ...head(kinds.response),
    allocationHint: u32le('Bytes in all.', { computed: 'size of the stub' }),
    contextId: u16le('Context.'),
    cancelCount: u8('0.'),
    reserved: u8('Reserved.'),
    stub: bytes('Results.', {
      label: 'stub',
      length: ({ fragmentLength }) => Math.max(0, Number(fragmentLength) - headSize - 8),
    }),
  },
  ({ stub }) => ({ allocationHint: stub.length, fragmentLength: headSize + 8 + stub.length }),
)

const byType = new Map<number, Shape>([
  [kinds.bind, bind],
  [kinds.bindAck, bindAck],
  [kinds.request, request],
  [kinds.response, response],
])

/** Bytes, or a message of DCE RPC as it goes through a pipe. C706 §12.6.4. */
export function dcerpcOrBytes(doc: string, name: string, length?: (values: Values) => number): BytesField<Shaped> {
  return shapedField(doc, [...byType.values()], {
    label: name,
    ...(length === undefined ? {} : { length }),
    pick: (_values, input) => {
      const size = (input[8] ?? 0) + 256 * (input[9] ?? 0)
      return input[0] === 5 && input[1] === 0 && size === input.length ? byType.get(input[2] ?? 255)?.name : undefined
    },
  })
}

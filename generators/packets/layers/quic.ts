import { bytes, fixedBytes } from '../byte-fields.ts'
import { shown } from '../bytes.ts'
import { type BytesField, bits, numberOf, u8, u32, type Values, virtual } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { PacketError } from '../packet-error.ts'
import { framesProblem, quicFrames } from '../quic-frames.ts'
import { encodeQuicInteger, quicInteger, quicNumber } from '../quic-integer.ts'
import { packetNumber, packetNumberSize } from '../quic-packet-number.ts'
import { leastPlain, protect, retryTag, type Side, unprotect, version1 } from '../quic-protection.ts'
import { decodeStruct, defineStruct } from '../struct.ts'
import { structList } from '../struct-list.ts'

const types = { Initial: 0, '0-RTT': 1, Handshake: 2, Retry: 3 }
const protections = ['client', 'server', 'none']
const tagSize = 16

const isNegotiation = (values: Values) => numberOf(values, 'version') === 0
const of = (...names: (keyof typeof types)[]) => ({
  when: (values: Values) =>
    !isNegotiation(values) && names.some((name) => numberOf(values, 'packetType') === types[name]),
})
const counted = of('Initial', '0-RTT', 'Handshake')
const isProtected = (values: Values) => counted.when(values) && sideOf(values.protection) !== undefined

/** Up to the packet number. */
const header = {
  protection: virtual(
    'client, server or none',
    'Whose Initial keys protect the packet; client for an Initial packet of version 1 if not given, otherwise none.',
    (raw, where) => {
      if (typeof raw === 'string' && protections.includes(raw)) return raw
      throw new PacketError(where, `${shown(raw)} is not allowed; one of ${protections.join(', ')}`)
    },
  ),
  originalDestinationConnectionId: virtual(
    'bytes',
    "Destination of the client's first packet, which the Initial keys and the tag of a Retry are made of; that of this packet if not given.",
    bytes('').parse,
  ),
  headerForm: bits(1, '1 is long.', { initial: 1 }),
  fixedBit: bits(1, '1.', { initial: 1 }),
  packetType: bits(2, 'Kind of packet.', { names: types }),
  reserved: bits(2, 'Reserved.'),
  packetNumberLength: bits(2, 'Bytes of the packet number, less one.'),
  version: u32('Version; 0 for a Version Negotiation packet.', { initial: version1 }),
  destinationConnectionIdLength: u8('Bytes of the id.', { computed: 'size of the id' }),
  destinationConnectionId: bytes('Id that the receiver has chosen, or the client at random.', {
    initial: new TextEncoder().encode('original'),
    label: 'destinationConnectionId',
    length: (values) => numberOf(values, 'destinationConnectionIdLength'),
  }),
  sourceConnectionIdLength: u8('Bytes of the id.', { computed: 'size of the id' }),
  sourceConnectionId: bytes('Id that the sender has chosen.', {
    label: 'sourceConnectionId',
    length: (values) => numberOf(values, 'sourceConnectionIdLength'),
  }),
  tokenLength: quicInteger('Bytes of the token.', { computed: 'size of the token', ...of('Initial') }),
  token: bytes('Token of a Retry or of an earlier connection.', {
    label: 'token',
    length: (values) => numberOfInteger(values, 'tokenLength'),
    ...of('Initial'),
  }),
  length: quicInteger('Bytes of packet number, frames and tag.', { computed: 'from what follows', ...counted }),
}
const headerStruct = defineStruct(header)

/**
 * One QUIC packet with a long header; further ones are `quic` or `quicShort` layers inside. Initial packets of version 1
 * are protected with their real keys; others carry their bytes as they are. RFC 9000 §17.2, RFC 9001 §5.
 */
export const quic = defineLayer({
  name: 'quic',
  title: 'QUIC packet with a long header',
  rfc: 'RFC 9000 §17.2',
  fields: {
    ...header,
    packetNumber: packetNumber(counted.when),
    frames: {
      ...quicFrames(
        'Frames, in plain; or the bytes of a packet that is protected already.',
        (values) => numberOfInteger(values, 'length') - packetNumberSize(values) - (isProtected(values) ? tagSize : 0),
      ),
      ...counted,
    } satisfies BytesField<Uint8Array>,
    tag: fixedBytes(tagSize, 'Authentication tag.', { computed: 'of AES-128-GCM', when: isProtected }),
    supportedVersions: structList(
      'supportedVersions',
      'Versions that the server speaks.',
      { version: u32('Version.') },
      { when: isNegotiation },
    ),
    retryToken: {
      ...bytes('Token that the client is to send back.', of('Retry')),
      decode: (input, start) => {
        const end = Math.max(start, input.length - tagSize)
        return [input.subarray(start, end), end]
      },
    } satisfies BytesField<Uint8Array>,
    retryIntegrityTag: fixedBytes(tagSize, 'Integrity tag of a Retry.', { computed: 'of AES-128-GCM', ...of('Retry') }),
  },
  boundTo: { udpPort: 443 },
  imply: (given) => {
    const values = { version: version1, packetType: 0, ...given }
    const protection = values.version === version1 && values.packetType === types.Initial ? 'client' : 'none'
    const whole = { ...values, protection: given.protection ?? protection }
    const inside = (given.frames ?? quic.struct.fields.frames?.initial) as Uint8Array
    const tag = isProtected(whole) ? tagSize : 0
    return {
      protection,
      tokenLength: encodeQuicInteger(given.token?.length ?? 0),
      length: encodeQuicInteger(packetNumberSize(whole) + inside.length + tag),
    }
  },
  complete: (values) => ({
    destinationConnectionIdLength: Math.min(0xff, values.destinationConnectionId.length),
    sourceConnectionIdLength: Math.min(0xff, values.sourceConnectionId.length),
  }),
  cipher: { seal, open },
  recognise: (packet) => packet.length >= 7 && (packet[0] as number) >= 0xc0,
  next: (_values, following) =>
    following.length === 0 ? undefined : (following[0] as number) >= 0x80 ? 'quic' : 'quicShort',
  inspect: (values) => {
    const problems: string[] = []
    if (values.fixedBit === 0 && !isNegotiation(values)) problems.push('fixedBit is 0')
    if (!isProtected(values)) return problems
    if (values.reserved !== 0) problems.push(`reserved is ${values.reserved}`)
    const problem = framesProblem(values.frames)
    return problem === undefined ? problems : [...problems, problem]
  },
})

/** Protects an Initial packet, or puts the tag to a Retry. @throws PacketError for a packet too short to be protected */
function seal(plain: Uint8Array, size: number, values: Values, given: Values): Uint8Array {
  const id = (values.originalDestinationConnectionId ?? values.destinationConnectionId) as Uint8Array
  if (of('Retry').when(values) && given.retryIntegrityTag === undefined) {
    const sealed = plain.slice()
    sealed.set(retryTag(plain.subarray(0, size - tagSize), id), size - tagSize)
    return sealed
  }
  const side = sideOf(values.protection)
  if (side === undefined || !counted.when(values)) return plain
  const inside = packetNumberSize(values) + (values.frames as Uint8Array).length
  if (inside < leastPlain)
    throw new PacketError(
      'quic.frames',
      `${inside} bytes with the packet number are too few to be protected; add PADDING`,
    )
  const packet = { packetNumberOffset: size - tagSize - inside, end: size }
  return protect(plain, packet, id, side, given.tag as Uint8Array | undefined)
}

/** Reads an Initial packet of a client's first flight, whose keys it names itself. */
function open(wire: Uint8Array): { plain: Uint8Array; values: Values } {
  const read = decodeStruct(headerStruct, wire, 0, [])
  if (typeof read !== 'string' && of('Initial').when(read.values) && read.values.version === version1) {
    const packet = { packetNumberOffset: read.end, end: read.end + numberOfInteger(read.values, 'length') }
    const plain = unprotect(wire, packet, read.values.destinationConnectionId as Uint8Array, 'client')
    if (plain !== undefined) return { plain, values: { protection: 'client' } }
  }
  return { plain: wire, values: { protection: 'none' } }
}

function sideOf(protection: unknown): Side | undefined {
  return protection === 'client' || protection === 'server' ? protection : undefined
}

function numberOfInteger(values: Values, name: string): number {
  const value = values[name]
  return value instanceof Uint8Array ? quicNumber(value) : 0
}

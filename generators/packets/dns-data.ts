import { ipText, ipv4Bytes, ipv6Bytes } from './address.ts'
import { concatBytes, parseBytes, sameBytes, shown } from './bytes.ts'
import { domainName, endOfName, presentName } from './dns-name.ts'
import { type Fields, u16, u32, type Values } from './field.ts'
import { PacketError } from './packet-error.ts'
import { decodeStruct, defineStruct, encodeStruct, parseValues, presentValues } from './struct.ts'

/** Data of a resource record in working form: its bytes, and the type that goes with the way it was written. */
export interface RecordData {
  bytes: Uint8Array
  /** Undefined when written as bytes. */
  type: number | undefined
}

/** Numbers of record types. RFC 1035 §3.2.2 and the IANA registry. */
export const recordTypes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  NULL: 10,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  AXFR: 252,
  ANY: 255,
} as const

const structured = [
  {
    type: recordTypes.MX,
    key: 'exchange',
    struct: structOf({ preference: u16('Preference.'), exchange: domainName('Host.') }),
  },
  {
    type: recordTypes.SOA,
    key: 'mname',
    struct: structOf({
      mname: domainName('Primary server.'),
      rname: domainName('Mailbox.'),
      serial: u32('Serial.'),
      refresh: u32('Seconds.'),
      retry: u32('Seconds.'),
      expire: u32('Seconds.'),
      minimum: u32('Seconds.'),
    }),
  },
  {
    type: recordTypes.SRV,
    key: 'target',
    struct: structOf({
      priority: u16('Priority.'),
      weight: u16('Weight.'),
      port: u16('Port.'),
      target: domainName('Host.'),
    }),
  },
]

/**
 * Reads record data: `{ address }`, `{ name }`, `{ texts: [...] }`, `{ preference, exchange }`,
 * `{ priority, weight, port, target }`, `{ mname, rname, serial, ... }`, or bytes. @throws PacketError
 */
export function parseRecordData(raw: unknown, where: string): RecordData {
  if (typeof raw !== 'object' || raw === null || raw instanceof Uint8Array || Array.isArray(raw))
    return { bytes: parseBytes(raw, where), type: undefined }
  const values = raw as Values
  const only = Object.keys(values).length === 1
  if (only && 'address' in values) return parseAddress(values.address, `${where}.address`)
  if (only && 'name' in values)
    return { bytes: domainName('').parse(values.name, `${where}.name`), type: recordTypes.CNAME }
  if (only && 'texts' in values) return { bytes: parseTexts(values.texts, `${where}.texts`), type: recordTypes.TXT }
  const shape = structured.find(({ key }) => key in values)
  if (shape === undefined) return { bytes: parseBytes(raw, where), type: undefined }
  return { bytes: encodeStruct(shape.struct, parseValues(shape.struct, values, where)), type: shape.type }
}

/** Data of a record of this type as a person reads it; bytes when they do not make sense. */
export function presentRecordData(type: number, bytes: Uint8Array): unknown {
  const shape = structured.find((candidate) => candidate.type === type)
  if (shape !== undefined) {
    const read = decodeStruct(shape.struct, bytes, 0, [])
    return typeof read === 'string' || read.end !== bytes.length ? bytes : presentValues(shape.struct, read.values)
  }
  switch (type) {
    case recordTypes.A:
      return bytes.length === 4 ? { address: ipText(bytes) } : bytes
    case recordTypes.AAAA:
      return bytes.length === 16 ? { address: ipText(bytes) } : bytes
    case recordTypes.NS:
    case recordTypes.CNAME:
    case recordTypes.PTR:
      return endOfName(bytes, 0) === bytes.length ? { name: presentName(bytes) } : bytes
    case recordTypes.TXT:
      return presentTexts(bytes) ?? bytes
    default:
      return bytes
  }
}

function structOf(fields: Fields) {
  return defineStruct(fields)
}

function parseAddress(raw: unknown, where: string): RecordData {
  const four = typeof raw === 'string' ? ipv4Bytes(raw) : undefined
  if (four !== undefined) return { bytes: four, type: recordTypes.A }
  const sixteen = typeof raw === 'string' ? ipv6Bytes(raw) : undefined
  if (sixteen !== undefined) return { bytes: sixteen, type: recordTypes.AAAA }
  throw new PacketError(where, `${shown(raw)} is not an IP address, such as 192.0.2.1 or 2001:db8::1`)
}

function parseTexts(raw: unknown, where: string): Uint8Array {
  if (!Array.isArray(raw)) throw new PacketError(where, `${shown(raw)} is not a list`)
  const parts = raw.map((item, index) => {
    const text = parseBytes(item, `${where}[${index}]`)
    if (text.length > 255) throw new PacketError(`${where}[${index}]`, `${text.length} bytes are too many; 0 to 255`)
    return concatBytes([Uint8Array.of(text.length), text])
  })
  return concatBytes(parts)
}

function presentTexts(bytes: Uint8Array): unknown {
  const texts: (string | Uint8Array)[] = []
  let offset = 0
  while (offset < bytes.length) {
    const end = offset + 1 + (bytes[offset] as number)
    if (end > bytes.length) return undefined
    texts.push(textOrBytes(bytes.subarray(offset + 1, end)))
    offset = end
  }
  return { texts }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** Text if it is UTF-8 that encodes to the same bytes again, else the bytes. */
export function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  const text = decoder.decode(bytes)
  return sameBytes(encoder.encode(text), bytes) ? text : bytes
}

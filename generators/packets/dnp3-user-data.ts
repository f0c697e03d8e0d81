import { bytes, extent } from './byte-fields.ts'
import { parseBytes, sameBytes, shown } from './bytes.ts'
import { fromBlocks, intoBlocks, wireSize } from './dnp3-blocks.ts'
import { type BytesField, bits, flags, numberOf, u8, type Values } from './field.ts'
import { u16le } from './little-endian.ts'
import { PacketError } from './packet-error.ts'
import { decodeStruct, defineStruct, encodeStruct, parseValues, presentValues } from './struct.ts'
import { structList } from './struct-list.ts'

const functions = {
  CONFIRM: 0,
  READ: 1,
  WRITE: 2,
  SELECT: 3,
  OPERATE: 4,
  DIRECT_OPERATE: 5,
  COLD_RESTART: 13,
  WARM_RESTART: 14,
  RESPONSE: 129,
  UNSOLICITED_RESPONSE: 130,
}
const indications = {
  BROADCAST: 0x0100,
  CLASS_1_EVENTS: 0x0200,
  CLASS_2_EVENTS: 0x0400,
  CLASS_3_EVENTS: 0x0800,
  NEED_TIME: 0x1000,
  LOCAL_CONTROL: 0x2000,
  DEVICE_TROUBLE: 0x4000,
  DEVICE_RESTART: 0x8000,
  NO_FUNC_CODE_SUPPORT: 1,
  OBJECT_UNKNOWN: 2,
  PARAMETER_ERROR: 4,
}

const range = (...codes: number[]) => ({
  when: (values: Values) => codes.includes(numberOf(values, 'rangeSpecifier')),
})
const allObjects = 6

/** One object header with what follows it. IEEE 1815 §4. */
const objectFields = {
  group: u8('Kind of data.', { initial: 60 }),
  variation: u8('Format of it.', { initial: 1 }),
  reserved: bits(1, 'Reserved.'),
  prefixCode: bits(3, 'What stands before each object; 0 is nothing.'),
  rangeSpecifier: bits(4, 'How the objects are counted: 0 and 1 start and stop, 6 all, 7 and 8 count.', {
    initial: allObjects,
  }),
  start: u8('First index.', range(0)),
  stop: u8('Last index.', range(0)),
  wideStart: u16le('First index, in two bytes.', range(1)),
  wideStop: u16le('Last index, in two bytes.', range(1)),
  count: u8('Number of objects.', { initial: 1, ...range(7) }),
  wideCount: u16le('Number of objects, in two bytes.', { initial: 1, ...range(8) }),
  data: bytes('The objects; once decoded, with all headers behind them.', {
    length: (values) => (numberOf(values, 'rangeSpecifier') === allObjects ? 0 : Number.MAX_SAFE_INTEGER),
  }),
}

/** Transport header, application header and objects. IEEE 1815 §8, §4. */
const message = defineStruct({
  transportFin: bits(1, 'Last segment of the message.', { initial: 1 }),
  transportFir: bits(1, 'First segment of the message.', { initial: 1 }),
  transportSequence: bits(6, 'Number of the segment.'),
  fir: bits(1, 'First fragment.', { initial: 1 }),
  fin: bits(1, 'Last fragment.', { initial: 1 }),
  con: bits(1, 'A confirmation is wanted.'),
  uns: bits(1, 'Unsolicited.'),
  sequence: bits(4, 'Ties answer to request.'),
  functionCode: u8('What is asked for.', { initial: functions.READ, names: functions }),
  internalIndications: flags(16, indications, 'State of the outstation, in answers.', {
    when: (values) => numberOf(values, 'functionCode') >= functions.RESPONSE,
  }),
  objects: structList('objects', 'Object headers with their data.', objectFields),
})

/**
 * User data of a DNP3 frame, in blocks with a CRC each. Written as the fields of one message in one segment (READ
 * unless told), with `crcs` for CRCs that are given; or as bytes, which get their CRCs; or as `{ blocks }` for bytes
 * that bring CRCs along. Read as fields where these make the same bytes, otherwise as `{ blocks }`.
 */
export function userDataField(doc: string, length: (values: Values) => number): BytesField<Uint8Array> {
  return {
    kind: 'bytes',
    type: `{ ${Object.keys(message.fields).join(', ')}, crcs } or bytes or { blocks }`,
    doc,
    initial: new Uint8Array(0),
    parse,
    present,
    encode: (value) => value,
    decode: (input, start, values, problems) => {
      const end = extent(input, start, wireSize(length(values)), 'userData', problems)
      return [input.subarray(start, end), end]
    },
  }
}

function parse(raw: unknown, where: string): Uint8Array {
  if (raw instanceof Uint8Array || typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return intoBlocks(parseBytes(raw, where))
  if ('hex' in raw || 'repeat' in raw) return intoBlocks(parseBytes(raw, where))
  if ('blocks' in raw) return parseBytes(raw.blocks, `${where}.blocks`)
  const { crcs, ...fields } = raw as Values
  return intoBlocks(encodeStruct(message, parseValues(message, fields, where)), parseCrcs(crcs, `${where}.crcs`))
}

function parseCrcs(raw: unknown, where: string): number[] {
  if (raw === undefined) return []
  const isCrc = (crc: unknown) => Number.isInteger(crc) && (crc as number) >= 0 && (crc as number) <= 0xffff
  if (Array.isArray(raw) && raw.every(isCrc)) return raw as number[]
  throw new PacketError(where, `${shown(raw)} is not a list of whole numbers from 0 to 65535`)
}

function present(wire: Uint8Array): unknown {
  if (wire.length === 0) return wire
  const { data, crcs, right } = fromBlocks(wire)
  const read = decodeStruct(message, data, 0, [])
  if (typeof read !== 'string' && read.end === data.length) {
    const fields = presentValues(message, read.values)
    const shownFields = right.every(Boolean) ? fields : { ...fields, crcs }
    if (sameBytes(parse(shownFields, 'userData'), wire)) return shownFields
  }
  return { blocks: wire }
}

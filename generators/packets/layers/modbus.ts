import { bytes } from '../byte-fields.ts'
import { shown } from '../bytes.ts'
import { numberOf, u8, u16, type Values, virtual } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { PacketError } from '../packet-error.ts'

const functions = {
  readCoils: 1,
  readDiscreteInputs: 2,
  readHoldingRegisters: 3,
  readInputRegisters: 4,
  writeSingleCoil: 5,
  writeSingleRegister: 6,
  diagnostics: 8,
  writeMultipleCoils: 15,
  writeMultipleRegisters: 16,
}
const exceptions = {
  illegalFunction: 1,
  illegalDataAddress: 2,
  illegalDataValue: 3,
  serverDeviceFailure: 4,
  acknowledge: 5,
  serverDeviceBusy: 6,
  memoryParityError: 8,
  gatewayPathUnavailable: 10,
  gatewayTargetFailed: 11,
}
const knownExceptions: number[] = Object.values(exceptions)

/** Value of the length field of a read request and of the answer to a write: unit, function and four bytes. */
const shortLength = 6

const code = (values: Values) => numberOf(values, 'functionCode')
const isException = (values: Values) => code(values) >= 0x80
const reads = (values: Values) => code(values) >= 1 && code(values) <= 4
const writesOne = (values: Values) => code(values) === 5 || code(values) === 6
const writesMany = (values: Values) => code(values) === 15 || code(values) === 16
const hasAddress = (values: Values) => writesOne(values) || writesMany(values) || (reads(values) && !isResponse(values))
const hasQuantity = (values: Values) => hasAddress(values) && !writesOne(values)
const hasByteCount = (values: Values) =>
  (reads(values) && isResponse(values)) || (writesMany(values) && !isResponse(values))

/**
 * One Modbus message with its MBAP header; further ones are `modbus` layers inside.
 * Modbus Messaging on TCP/IP Implementation Guide V1.0b §3.1.3, Modbus Application Protocol V1.1b3 §6.
 */
export const modbus = defineLayer({
  name: 'modbus',
  title: 'Modbus message over TCP',
  rfc: 'Modbus TCP V1.0b §3.1.3',
  fields: {
    response: virtual(
      'true or false',
      'Whether this is an answer, where the two look different. Absent: it is if a read has data but no address.',
      (raw, where): boolean => {
        if (typeof raw === 'boolean') return raw
        throw new PacketError(where, `${shown(raw)} is not allowed; true or false`)
      },
    ),
    transactionIdentifier: u16('Ties answer to request.', { initial: 1 }),
    protocolIdentifier: u16('0 is Modbus.'),
    length: u16('Bytes that follow in this message.', { computed: 'from what follows' }),
    unitIdentifier: u8('Device behind a gateway.', { initial: 1 }),
    functionCode: u8('What is asked for; with 128 added, that it failed.', {
      initial: functions.readCoils,
      names: functions,
    }),
    exceptionCode: u8('Why it failed.', { initial: 1, names: exceptions, when: isException }),
    address: u16('First coil or register.', { when: hasAddress }),
    quantity: u16('How many of them.', { initial: 1, when: hasQuantity }),
    value: u16('Value of the one that is written; a coil is on at 0xff00.', { when: writesOne }),
    byteCount: u8('Bytes of data.', { computed: 'size of the data', when: hasByteCount }),
    data: bytes('Values of many coils or registers, or whatever else the function has.', {
      length: (values) => Math.max(0, numberOf(values, 'length') - fixedSize(values)),
      label: 'data',
    }),
  },
  boundTo: { tcpPort: 502 },
  imply: (given) => {
    const { functionCode = functions.readCoils, address, byteCount, data, length } = given
    const empty = data === undefined || data.length === 0
    const response = reads({ functionCode })
      ? address === undefined && (byteCount !== undefined || !empty)
      : writesMany({ functionCode }) && length === shortLength && byteCount === undefined && empty
    return { response, byteCount: Math.min(0xff, data?.length ?? 0) }
  },
  complete: (_values, _payload, headerLength) => ({ length: Math.min(0xffff, headerLength - 6) }),
  next: (_values, following) => (following.length > 0 ? 'modbus' : undefined),
  inspect: (values, headerLength) => {
    const problems: string[] = []
    const { protocolIdentifier, length, functionCode, exceptionCode, quantity, byteCount, data } = values
    if (protocolIdentifier !== 0) problems.push(`protocolIdentifier is ${protocolIdentifier}, 0 is Modbus`)
    if (length !== headerLength - 6) problems.push(`length is ${length}, the fields take ${headerLength - 6} bytes`)
    if ((functionCode & 0x7f) === 0) problems.push(`functionCode is ${functionCode}, which is not allowed`)
    if (exceptionCode !== undefined && !knownExceptions.includes(exceptionCode))
      problems.push(`exceptionCode is ${exceptionCode}, which is not defined`)
    if (quantity === 0) problems.push('quantity is 0')
    if (byteCount !== undefined && byteCount !== data.length)
      problems.push(`byteCount is ${byteCount}, the data has ${data.length} bytes`)
    return problems
  },
})

/** Decoded messages do not say which way they went; the length tells, except for an answer of exactly three bytes. */
function isResponse(values: Values): boolean {
  if (typeof values.response === 'boolean') return values.response
  const length = numberOf(values, 'length')
  return reads(values) ? length >= 4 && length !== shortLength : length === shortLength
}

/** Bytes from the unit to the data. */
function fixedSize(values: Values): number {
  if (isException(values)) return 3
  const address = hasAddress(values) ? 2 : 0
  const second = hasQuantity(values) || writesOne(values) ? 2 : 0
  return 2 + address + second + (hasByteCount(values) ? 1 : 0)
}

import { type Asn1, type Asn1Type, sequence, sequenceOf, tagged } from './asn1.ts'
import { integer, nothing, objectIdentifier, octets } from './asn1-primitives.ts'

const sysDescr = '1.3.6.1.2.1.1.1.0'

/** Values of objects. RFC 2578 §7.1, RFC 3416 §3. */
const value: Asn1 = {
  type: 'value',
  choices: {
    null: nothing,
    integer: integer(),
    string: octets(),
    objectIdentifier,
    ipAddress: octets('four bytes', 0x40),
    counter: integer({}, 0x41),
    gauge: integer({}, 0x42),
    timeTicks: integer({}, 0x43),
    opaque: octets('bytes', 0x44),
    counter64: integer({}, 0x46),
    noSuchObject: { ...nothing, tag: 0x80 },
    noSuchInstance: { ...nothing, tag: 0x81 },
    endOfMibView: { ...nothing, tag: 0x82 },
  },
}

const variableBindings = sequenceOf(
  sequence({
    name: { of: objectIdentifier, initial: sysDescr },
    value: { of: value, initial: { null: null } },
  }),
)

const pdu = (tag: number): Asn1Type =>
  sequence(
    {
      requestId: { of: integer(), initial: 1 },
      errorStatus: { of: integer({ noError: 0, tooBig: 1, noSuchName: 2, badValue: 3, genErr: 5 }), initial: 0 },
      errorIndex: { of: integer(), initial: 0 },
      variableBindings: { of: variableBindings, initial: [{}] },
    },
    tag,
  )

/** RFC 3416 §4.2.3. */
const bulk = sequence(
  {
    requestId: { of: integer(), initial: 1 },
    nonRepeaters: { of: integer(), initial: 0 },
    maxRepetitions: { of: integer(), initial: 10 },
    variableBindings: { of: variableBindings, initial: [{}] },
  },
  0xa5,
)

/** RFC 1157 §4.1.6. */
const trap1 = sequence(
  {
    enterprise: { of: objectIdentifier, initial: '1.3.6.1.4.1.8072' },
    agentAddress: { of: octets('four bytes', 0x40), initial: { hex: 'c0000201' } },
    genericTrap: { of: integer(), initial: 6 },
    specificTrap: { of: integer(), initial: 1 },
    timeStamp: { of: integer({}, 0x43), initial: 0 },
    variableBindings: { of: variableBindings, initial: [] },
  },
  0xa4,
)

/** Protocol data units. RFC 3416 §3, RFC 1157 §4.1. */
export const snmpPdu: Asn1 = {
  type: 'getRequest, getNextRequest, response, setRequest, trapV1, getBulkRequest, informRequest, trapV2 or report',
  choices: {
    getRequest: pdu(0xa0),
    getNextRequest: pdu(0xa1),
    response: pdu(0xa2),
    setRequest: pdu(0xa3),
    trapV1: trap1,
    getBulkRequest: bulk,
    informRequest: pdu(0xa6),
    trapV2: pdu(0xa7),
    report: pdu(0xa8),
  },
}

/** Header of version 3. RFC 3412 §6. */
export const globalData = sequence({
  messageId: { of: integer(), initial: 1 },
  maxSize: { of: integer(), initial: 65507 },
  flags: { of: octets(), initial: { hex: '04' } },
  securityModel: { of: integer({ USM: 3 }), initial: 3 },
})

/** Parameters of the user-based security model, inside a string. RFC 3414 §2.4. */
export const userSecurity: Asn1Type = wrapped(
  sequence({
    engineId: { of: octets(), initial: '' },
    engineBoots: { of: integer(), initial: 0 },
    engineTime: { of: integer(), initial: 0 },
    userName: { of: octets(), initial: '' },
    authentication: { of: octets(), initial: '' },
    privacy: { of: octets(), initial: '' },
  }),
)

/** Contents of a message of version 3 that is not encrypted, or an encrypted string. RFC 3412 §6. */
export const scopedPdu: Asn1 = {
  type: 'plain or encrypted',
  choices: {
    plain: sequence({
      contextEngineId: { of: octets(), initial: '' },
      contextName: { of: octets(), initial: '' },
      data: { of: snmpPdu, initial: { getRequest: {} } },
    }),
    encrypted: octets(),
  },
}

/** A sequence inside an OCTET STRING. */
function wrapped(inner: Asn1Type): Asn1Type {
  return { ...tagged(0x04, inner), type: inner.type }
}

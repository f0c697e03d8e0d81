import { bytes } from '../byte-fields.ts'
import { type BytesField, bits, numberOf, u8, u16, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { encodeLength, lengthOf, lengthPrefixed, remainingLengthField } from '../mqtt-fields.ts'
import { defineStruct, measure, withInitials } from '../struct.ts'
import { structList } from '../struct-list.ts'

const types = {
  CONNECT: 1,
  CONNACK: 2,
  PUBLISH: 3,
  PUBACK: 4,
  PUBREC: 5,
  PUBREL: 6,
  PUBCOMP: 7,
  SUBSCRIBE: 8,
  SUBACK: 9,
  UNSUBSCRIBE: 10,
  UNSUBACK: 11,
  PINGREQ: 12,
  PINGRESP: 13,
  DISCONNECT: 14,
}
const codes = {
  accepted: 0,
  unacceptableProtocolVersion: 1,
  identifierRejected: 2,
  serverUnavailable: 3,
  badUserNameOrPassword: 4,
  notAuthorized: 5,
}

const of = (type: keyof typeof types) => (values: Values) => numberOf(values, 'type') === types[type]
const connect = { when: of('CONNECT') }
const connack = { when: of('CONNACK') }
const announcedBy = (flag: string) => ({
  when: (values: Values) => of('CONNECT')(values) && numberOf(values, flag) === 1,
})
const hasIdentifier = (values: Values) => {
  const type = numberOf(values, 'type')
  return type === types.PUBLISH ? numberOf(values, 'qos') > 0 : type >= types.PUBACK && type <= types.UNSUBACK
}

const topicFilter = lengthPrefixed('Topics that are meant; + and # stand for any.')
const subscription = { topicFilter, requestedQos: u8('Largest quality of service wanted.') }

/** What follows the fixed header, but for the bytes that are left. */
const variable = {
  protocolName: lengthPrefixed('Name of the protocol, in CONNECT.', { initial: 'MQTT', ...connect }),
  protocolLevel: u8('4 is MQTT 3.1.1.', { initial: 4, ...connect }),
  userNameFlag: bits(1, 'Whether a user name is there.', { computed: '1 if one is given', ...connect }),
  passwordFlag: bits(1, 'Whether a password is there.', { computed: '1 if one is given', ...connect }),
  willRetain: bits(1, 'Whether the will is kept.', connect),
  willQos: bits(2, 'Quality of service of the will.', connect),
  willFlag: bits(1, 'Whether a will is there.', { computed: '1 if a topic or a message of it is given', ...connect }),
  cleanSession: bits(1, 'Forget earlier sessions.', { initial: 1, ...connect }),
  connectReserved: bits(1, 'Reserved.', connect),
  keepAlive: u16('Seconds.', { initial: 60, ...connect }),
  clientIdentifier: lengthPrefixed('Name of the client.', connect),
  willTopic: lengthPrefixed('Topic of the will.', announcedBy('willFlag')),
  willMessage: lengthPrefixed('Message that the server publishes when the client is lost.', announcedBy('willFlag')),
  userName: lengthPrefixed('User name.', announcedBy('userNameFlag')),
  password: lengthPrefixed('Password.', announcedBy('passwordFlag')),
  acknowledgeFlags: u8('1 if the server knows the session, in CONNACK.', connack),
  returnCode: u8('Answer to CONNECT.', { names: codes, ...connack }),
  topicName: lengthPrefixed('Topic of a PUBLISH.', { initial: 'topic', when: of('PUBLISH') }),
  packetIdentifier: u16('Ties answer to request.', { initial: 1, when: hasIdentifier }),
  subscriptions: inside(
    structList('subscriptions', 'What SUBSCRIBE asks for.', subscription, { when: of('SUBSCRIBE') }),
  ),
  topicFilters: inside(
    structList('topicFilters', 'What UNSUBSCRIBE gives up.', { topicFilter }, { when: of('UNSUBSCRIBE') }),
  ),
}
const variableStruct = defineStruct(variable)

/** One MQTT control packet; further ones are `mqtt` layers inside. MQTT Version 3.1.1, OASIS Standard, §2. */
export const mqtt = defineLayer({
  name: 'mqtt',
  title: 'MQTT control packet',
  rfc: 'MQTT 3.1.1 §2',
  fields: {
    type: bits(4, 'Kind of packet.', { initial: types.CONNECT, names: types }),
    dup: bits(1, 'Sent again.'),
    qos: bits(2, 'Quality of service of a PUBLISH, 0 to 2.', { computed: '1 where the kind of packet demands it' }),
    retain: bits(1, 'Whether the server keeps the message.'),
    remainingLength: remainingLengthField('Bytes that follow in this packet.', 'from what follows'),
    ...variable,
    payload: bytes('Message of a PUBLISH, return codes of a SUBACK, or whatever else is left.', {
      length: (values) => Math.max(0, left(values)),
      label: 'payload',
    }),
  },
  boundTo: { tcpPort: 1883 },
  imply: (given) => {
    const { type = types.CONNECT, willTopic, willMessage, userName, password, payload } = given
    const demandsQos = type === types.PUBREL || type === types.SUBSCRIBE || type === types.UNSUBSCRIBE
    const implied = {
      qos: demandsQos ? 1 : 0,
      willFlag: willTopic === undefined && willMessage === undefined ? 0 : 1,
      userNameFlag: userName === undefined ? 0 : 1,
      passwordFlag: password === undefined ? 0 : 1,
    }
    const values = { ...withInitials(variableStruct, { ...implied, ...given }), type, qos: given.qos ?? implied.qos }
    const { size } = measure(variableStruct, values, given)
    return { ...implied, remainingLength: encodeLength(Math.ceil(size) + (payload?.length ?? 0)) }
  },
  next: (_values, following) => (following.length > 0 ? 'mqtt' : undefined),
  inspect: (values) => {
    const problems: string[] = []
    const { type, qos, remainingLength } = values
    if (type === 0 || type === 15) problems.push(`type is ${type}, which is reserved`)
    if (qos === 3) problems.push('qos is 3, which is reserved')
    const size = taken(values)
    if (left(values) < 0)
      problems.push(`remainingLength is ${lengthOf(remainingLength)}, the fields take ${size} bytes`)
    return problems
  },
})

/** Keeps a list from reading beyond its packet. */
function inside<Value>(list: BytesField<Value>): BytesField<Value> {
  return {
    ...list,
    decode: (input, start, values, problems) =>
      list.decode(input.subarray(0, start + Math.max(0, left(values))), start, values, problems),
  }
}

/** Bytes of the packet that no field has read yet; negative if they read too many. */
function left(values: Values): number {
  return lengthOf(values.remainingLength as Uint8Array) - taken(values)
}

/** Bytes after the fixed header that fields have read; the bytes that are left are none of them. */
function taken(values: Values): number {
  let bitCount = 0
  for (const [name, field] of variableStruct.entries) {
    const value = values[name]
    if (value === undefined || field.kind === 'virtual') continue
    bitCount += field.kind === 'number' ? field.bits : field.encode(value, values).length * 8
  }
  return bitCount / 8
}

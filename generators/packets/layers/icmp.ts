import { bytes, ipv4Address } from '../byte-fields.ts'
import { internetChecksum } from '../checksum.ts'
import { numberOf, u8, u16, u32, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'

const names = {
  echoReply: 0,
  destinationUnreachable: 3,
  sourceQuench: 4,
  redirect: 5,
  echoRequest: 8,
  routerAdvertisement: 9,
  routerSolicitation: 10,
  timeExceeded: 11,
  parameterProblem: 12,
  timestampRequest: 13,
  timestampReply: 14,
  informationRequest: 15,
  informationReply: 16,
  addressMaskRequest: 17,
  addressMaskReply: 18,
}

const errors = [3, 4, 5, 11, 12]
const queries = [0, 8, 13, 14, 15, 16, 17, 18]

const forTypes =
  (...types: number[]) =>
  (values: Values) =>
    types.includes(numberOf(values, 'type'))

const isQuery = forTypes(...queries)
const isUnreachable = forTypes(3)
const isRedirect = forTypes(5)
const isParameterProblem = forTypes(12)
const isTimestamp = forTypes(13, 14)
const isMask = forTypes(17, 18)
const isOther = (values: Values) =>
  ![...errors, ...queries].includes(numberOf(values, 'type')) || forTypes(4, 11)(values)

/**
 * Internet Control Message Protocol. The datagram that an error quotes is the `ipv4` layer inside, cut with `truncate`
 * if need be. RFC 792, RFC 1191, RFC 4884.
 */
export const icmp = defineLayer({
  name: 'icmp',
  title: 'Internet Control Message Protocol',
  rfc: 'RFC 792',
  fields: {
    type: u8('What the message is.', {
      initial: 8,
      names,
      computed: 'destinationUnreachable before ipv4, else echoRequest',
    }),
    code: u8('Which kind of it.'),
    checksum: u16('Covers the message.', { computed: 'Internet checksum' }),
    identifier: u16('Ties reply to request.', { when: isQuery }),
    sequenceNumber: u16('Counts requests.', { when: isQuery }),
    unused: u8('Unused byte of destinationUnreachable.', { when: isUnreachable }),
    length: u8('Words of quoted datagram before extensions, RFC 4884.', { when: isUnreachable }),
    nextHopMtu: u16('MTU of the next hop in code 4, RFC 1191.', { when: isUnreachable }),
    gateway: ipv4Address('Router to use instead.', { when: isRedirect }),
    pointer: u8('Byte of the quoted datagram that is wrong.', { when: isParameterProblem }),
    unusedBytes: bytes('Three unused bytes of parameterProblem.', {
      when: isParameterProblem,
      initial: new Uint8Array(3),
      length: () => 3,
      label: 'unusedBytes',
    }),
    restOfHeader: u32('Second word of all other types.', { when: isOther }),
    originateTimestamp: u32('Milliseconds since midnight.', { when: isTimestamp }),
    receiveTimestamp: u32('Milliseconds since midnight.', { when: isTimestamp }),
    transmitTimestamp: u32('Milliseconds since midnight.', { when: isTimestamp }),
    addressMask: ipv4Address('Subnet mask, RFC 950.', { when: isMask }),
  },
  boundTo: { ipProtocol: 1 },
  checksum: { field: 'checksum', offset: () => 2, compute: (message) => internetChecksum(message) },
  imply: (_given, { next }) => (next === 'ipv4' ? { type: 3 } : {}),
  next: ({ type }) => (errors.includes(type) ? 'ipv4' : undefined),
  quotes: ({ type }) => errors.includes(type),
})

import { numberOf, u8, u16, u32, type Values } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { transportChecksum } from '../transport-checksum.ts'

const names = {
  destinationUnreachable: 1,
  packetTooBig: 2,
  timeExceeded: 3,
  parameterProblem: 4,
  echoRequest: 128,
  echoReply: 129,
  listenerQuery: 130,
  listenerReport: 131,
  listenerDone: 132,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighborSolicitation: 135,
  neighborAdvertisement: 136,
  redirect: 137,
  listenerReportV2: 143,
}

const isType =
  (...types: number[]) =>
  (values: Values) =>
    types.includes(numberOf(values, 'type'))

const isEcho = isType(128, 129)
const isError = isType(1, 2, 3, 4)

/**
 * Internet Control Message Protocol for IPv6. Neighbor and listener discovery are layers inside it; so is the packet
 * that an error quotes, as `ipv6`. RFC 4443 §2.1.
 */
export const icmpv6 = defineLayer({
  name: 'icmpv6',
  title: 'Internet Control Message Protocol for IPv6',
  rfc: 'RFC 4443',
  fields: {
    type: u8('What the message is.', {
      initial: 128,
      names,
      computed: 'by the layer inside: destinationUnreachable before ipv6, else echoRequest',
    }),
    code: u8('Which kind of it.'),
    checksum: u16('Covers pseudo header and message.', { computed: 'Internet checksum; 0 without an IP layer around' }),
    identifier: u16('Ties reply to request.', { when: isEcho }),
    sequenceNumber: u16('Counts requests.', { when: isEcho }),
    unused: u32('Unused word of destinationUnreachable and timeExceeded.', { when: isType(1, 3) }),
    mtu: u32('MTU of the next hop.', { when: isType(2) }),
    pointer: u32('Byte of the quoted packet that is wrong.', { when: isType(4) }),
  },
  boundTo: { ipProtocol: 58 },
  carries: { space: 'icmpv6Type', fields: ['type'] },
  checksum: {
    field: 'checksum',
    offset: () => 2,
    compute: (message, _values, _headerLength, context) => transportChecksum(message, 58, context),
  },
  next: (values) => (isError(values) ? 'ipv6' : undefined),
  quotes: isError,
})

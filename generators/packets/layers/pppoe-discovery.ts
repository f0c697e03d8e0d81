import { bits, numberOf, u8, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { optionKind, optionList } from '../option-list.ts'

const kinds = [
  optionKind('endOfList', 0),
  optionKind('serviceName', 0x0101),
  optionKind('accessConcentratorName', 0x0102),
  optionKind('hostUniq', 0x0103),
  optionKind('accessConcentratorCookie', 0x0104),
  optionKind('vendorSpecific', 0x0105),
  optionKind('relaySessionId', 0x0110),
  optionKind('serviceNameError', 0x0201),
  optionKind('systemError', 0x0202),
  optionKind('genericError', 0x0203),
]

/** PPP over Ethernet, discovery stage. RFC 2516 §5. */
export const pppoeDiscovery = defineLayer({
  name: 'pppoeDiscovery',
  title: 'PPPoE discovery',
  rfc: 'RFC 2516 §5',
  fields: {
    version: bits(4, 'Version.', { initial: 1 }),
    type: bits(4, 'Type.', { initial: 1 }),
    code: u8('What the message is.', {
      initial: 9,
      names: { initiation: 0x09, offer: 0x07, request: 0x19, confirmation: 0x65, termination: 0xa7 },
    }),
    sessionId: u16('Session, 0 until confirmed.'),
    length: u16('Bytes of tags.', { computed: 'size of the tags' }),
    tags: optionList('Tags of type, length and data.', {
      format: { width: 2, counts: 'data', single: [] },
      kinds,
      label: 'tags',
      length: (values) => numberOf(values, 'length'),
    }),
  },
  boundTo: { etherType: 0x8863 },
  complete: (_values, _payload, headerLength) => ({ length: Math.min(0xffff, headerLength - 6) }),
  payloadLength: () => 0,
})

import { u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { transportChecksum } from '../transport-checksum.ts'

/** User Datagram Protocol. RFC 768. */
export const udp = defineLayer({
  name: 'udp',
  title: 'User Datagram Protocol',
  rfc: 'RFC 768',
  fields: {
    sourcePort: u16('Port of the sender.'),
    destinationPort: u16('Port of the receiver.', { computed: 'by the layer inside, else 0' }),
    length: u16('Bytes of header and payload.', { computed: 'header and payload, at most 65535' }),
    checksum: u16('Covers pseudo header, header and payload; 0 means none.', {
      computed: 'over as many bytes as the length says; 0 without an IP layer around',
    }),
  },
  boundTo: { ipProtocol: 17 },
  carries: { space: 'udpPort', fields: ['destinationPort', 'sourcePort'] },
  checksum: {
    field: 'checksum',
    offset: () => 6,
    zeroMeansNone: true,
    compute: (bytes, { length }, _headerLength, context) => {
      const announced = length as number
      const covered = announced >= 8 && announced <= bytes.length ? announced : bytes.length
      const sum = transportChecksum(bytes, 17, context, covered)
      return sum === 0 ? 0xffff : sum
    },
  },
  complete: (_values, payload, headerLength) => ({ length: Math.min(0xffff, headerLength + payload.length) }),
  payloadLength: ({ length }, headerLength) => length - headerLength,
  inspect: ({ checksum }, _headerLength, { network }) =>
    checksum === 0 && network?.source.length === 16 ? ['checksum is 0, which IPv6 does not allow'] : [],
})

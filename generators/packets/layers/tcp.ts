import { bits, flags, numberOf, u16, u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { tcpOptions } from '../tcp-options.ts'
import { transportChecksum } from '../transport-checksum.ts'

const bitNames = { CWR: 0x80, ECE: 0x40, URG: 0x20, ACK: 0x10, PSH: 0x08, RST: 0x04, SYN: 0x02, FIN: 0x01 }

/** Transmission Control Protocol. RFC 9293 §3.1. */
export const tcp = defineLayer({
  name: 'tcp',
  title: 'Transmission Control Protocol',
  rfc: 'RFC 9293 §3.1',
  fields: {
    sourcePort: u16('Port of the sender.'),
    destinationPort: u16('Port of the receiver.', { computed: 'by the layer inside, else 0' }),
    sequenceNumber: u32('Number of the first byte.'),
    acknowledgmentNumber: u32('Number of the next byte that is expected.'),
    dataOffset: bits(4, 'Header length in words of 4 bytes.', { computed: 'from the options' }),
    reserved: bits(4, 'Reserved.'),
    flags: flags(8, bitNames, 'Control bits; none if not given.'),
    window: u16('Bytes that the sender will accept.', { initial: 65535 }),
    checksum: u16('Covers pseudo header, header and payload.', {
      computed: 'Internet checksum; 0 without an IP layer around',
    }),
    urgentPointer: u16('End of the urgent data.'),
    options: tcpOptions((values) => numberOf(values, 'dataOffset') * 4 - 20),
  },
  boundTo: { ipProtocol: 6 },
  carries: { space: 'tcpPort', fields: ['destinationPort', 'sourcePort'] },
  checksum: {
    field: 'checksum',
    offset: () => 16,
    compute: (bytes, _values, _headerLength, context) => transportChecksum(bytes, 6, context),
  },
  complete: (_values, _payload, headerLength) => ({ dataOffset: Math.min(15, Math.ceil(headerLength / 4)) }),
  inspect: ({ dataOffset }, headerLength) =>
    dataOffset * 4 === headerLength
      ? []
      : [`dataOffset is ${dataOffset}, which does not fit the header of ${headerLength} bytes`],
})

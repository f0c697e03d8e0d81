import { bytes } from '../byte-fields.ts'
import { bits } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { packetNumber } from '../quic-packet-number.ts'

/** One QUIC packet with a short header; what it carries is protected already. RFC 9000 §17.3.1. */
export const quicShort = defineLayer({
  name: 'quicShort',
  title: 'QUIC packet with a short header',
  rfc: 'RFC 9000 §17.3.1',
  fields: {
    headerForm: bits(1, '0 is short.'),
    fixedBit: bits(1, '1.', { initial: 1 }),
    spinBit: bits(1, 'Spin bit.'),
    reserved: bits(2, 'Reserved.'),
    keyPhase: bits(1, 'Which keys.'),
    packetNumberLength: bits(2, 'Bytes of the packet number, less one.'),
    destinationConnectionId: bytes(
      'Id that the receiver has chosen; its size is not on the wire, so it is read with what follows.',
      {
        length: () => 0,
      },
    ),
    packetNumber: packetNumber(),
    protectedPayload: bytes('Frames and tag, protected.'),
  },
  inspect: ({ fixedBit }) => (fixedBit === 0 ? ['fixedBit is 0'] : []),
})

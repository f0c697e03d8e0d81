import { u8, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** PPP link control protocol; options and data are the payload inside. RFC 1661 §5. */
export const lcp = defineLayer({
  name: 'lcp',
  title: 'PPP link control protocol',
  rfc: 'RFC 1661 §5',
  fields: {
    code: u8('What the packet is.', {
      initial: 1,
      names: {
        configureRequest: 1,
        configureAck: 2,
        configureNak: 3,
        configureReject: 4,
        terminateRequest: 5,
        terminateAck: 6,
        echoRequest: 9,
        echoReply: 10,
      },
    }),
    identifier: u8('Ties reply to request.'),
    length: u16('Bytes of the packet.', { computed: 'header and payload' }),
  },
  boundTo: { pppProtocol: 0xc021 },
  complete: (_values, payload, headerLength) => ({ length: Math.min(0xffff, headerLength + payload.length) }),
  payloadLength: ({ length }, headerLength) => length - headerLength,
})

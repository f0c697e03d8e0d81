import { bytes } from '../byte-fields.ts'
import { numberOf, u8, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** A TLS heartbeat message in plain, inside `tlsRecord`. RFC 6520 §4. */
export const tlsHeartbeat = defineLayer({
  name: 'tlsHeartbeat',
  title: 'TLS heartbeat',
  rfc: 'RFC 6520 §4',
  fields: {
    type: u8('Kind of message.', { initial: 1, names: { heartbeat_request: 1, heartbeat_response: 2 } }),
    payloadLength: u16('Bytes of the payload.', { computed: 'size of the payload' }),
    payload: bytes('What is to be sent back.', {
      label: 'heartbeat payload',
      length: (values) => numberOf(values, 'payloadLength'),
    }),
    padding: bytes('Random bytes, at least 16.', { initial: new Uint8Array(16) }),
  },
  complete: ({ payload }) => ({ payloadLength: Math.min(0xffff, payload.length) }),
})

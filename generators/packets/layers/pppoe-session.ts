import { bits, u8, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** PPP over Ethernet, session stage; a `ppp` layer is inside. RFC 2516 §6. */
export const pppoeSession = defineLayer({
  name: 'pppoeSession',
  title: 'PPPoE session',
  rfc: 'RFC 2516 §6',
  fields: {
    version: bits(4, 'Version.', { initial: 1 }),
    type: bits(4, 'Type.', { initial: 1 }),
    code: u8('0 for session data.'),
    sessionId: u16('Session.', { initial: 1 }),
    length: u16('Bytes inside.', { computed: 'size of what is inside' }),
  },
  boundTo: { etherType: 0x8864 },
  complete: (_values, payload) => ({ length: Math.min(0xffff, payload.length) }),
  next: () => 'ppp',
  payloadLength: ({ length }) => length,
})

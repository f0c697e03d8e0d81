import { u8, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

const types = { change_cipher_spec: 20, alert: 21, handshake: 22, application_data: 23, heartbeat: 24 }
const inside: Readonly<Record<string, number>> = { tlsAlert: 21, tlsHandshake: 22, tlsHeartbeat: 24 }

/** One plain TLS record; what it carries is inside, change_cipher_spec as a `payload`. RFC 5246 §6.2, RFC 8446 §5.1. */
export const tlsRecord = defineLayer({
  name: 'tlsRecord',
  title: 'TLS record',
  rfc: 'RFC 5246 §6.2',
  fields: {
    type: u8('What is inside.', { initial: 22, names: types, computed: 'from the layer inside' }),
    version: u16('Protocol version, 0x0303 for TLS 1.2.', { initial: 0x0303 }),
    length: u16('Bytes inside.', { computed: 'size of what is inside' }),
  },
  boundTo: { tcpPort: 443 },
  complete: ({ type }, payload, _headerLength, { next }) => ({
    type: (next === undefined ? undefined : inside[next]) ?? type,
    length: Math.min(0xffff, payload.length),
  }),
  next: ({ type }) => Object.keys(inside).find((name) => inside[name] === type) ?? 'payload',
  payloadLength: ({ length }) => length,
  recognise: (bytes) => bytes.length >= 5 && (bytes[0] ?? 0) >= 20 && (bytes[0] ?? 0) <= 24 && bytes[1] === 3,
})

import { u8, u24 } from '../field.ts'
import { defineLayer } from '../layer.ts'

const types = { client_hello: 1, server_hello: 2, certificate: 11, server_hello_done: 14, finished: 20 }
const inside: Readonly<Record<string, number>> = { tlsClientHello: 1, tlsServerHello: 2, tlsCertificate: 11 }

/** Header of one TLS handshake message; the body is the layer inside. RFC 5246 §7.4. */
export const tlsHandshake = defineLayer({
  name: 'tlsHandshake',
  title: 'TLS handshake message',
  rfc: 'RFC 5246 §7.4',
  fields: {
    type: u8('Kind of message.', { initial: 14, names: types, computed: 'from the layer inside' }),
    length: u24('Bytes of the body.', { computed: 'size of what is inside' }),
  },
  complete: ({ type }, payload, _headerLength, { next }) => ({
    type: (next === undefined ? undefined : inside[next]) ?? type,
    length: payload.length,
  }),
  next: ({ type }) => Object.keys(inside).find((name) => inside[name] === type) ?? 'payload',
  payloadLength: ({ length }) => length,
})

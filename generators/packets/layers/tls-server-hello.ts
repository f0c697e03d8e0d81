import { bytes, fixedBytes } from '../byte-fields.ts'
import { numberOf, u8, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { tlsExtensions } from '../tls-extensions.ts'

/** Body of a TLS ServerHello, inside `tlsHandshake`. RFC 5246 §7.4.1.3. */
export const tlsServerHello = defineLayer({
  name: 'tlsServerHello',
  title: 'TLS ServerHello',
  rfc: 'RFC 5246 §7.4.1.3',
  fields: {
    version: u16('Version that was chosen.', { initial: 0x0303 }),
    random: fixedBytes(32, 'Random bytes.'),
    sessionIdLength: u8('Bytes of the session id.', { computed: 'size of the session id' }),
    sessionId: bytes('Session.', { label: 'session id', length: (values) => numberOf(values, 'sessionIdLength') }),
    cipherSuite: u16('Cipher suite that was chosen.', { initial: 0xc02b }),
    compressionMethod: u8('Compression method that was chosen.'),
    extensionsLength: u16('Bytes of the extensions.', { computed: 'size of the list' }),
    extensions: tlsExtensions,
  },
  complete: (values) => ({
    sessionIdLength: Math.min(0xff, values.sessionId.length),
    extensionsLength: Math.min(0xffff, tlsExtensions.encode(values.extensions, values).length),
  }),
})

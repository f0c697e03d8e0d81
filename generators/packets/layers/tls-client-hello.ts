import { bytes, fixedBytes } from '../byte-fields.ts'
import { numberOf, u8, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { structList } from '../struct-list.ts'
import { tlsExtensions } from '../tls-extensions.ts'

/** Body of a TLS ClientHello, inside `tlsHandshake`. RFC 5246 §7.4.1.2. */
export const tlsClientHello = defineLayer({
  name: 'tlsClientHello',
  title: 'TLS ClientHello',
  rfc: 'RFC 5246 §7.4.1.2',
  fields: {
    version: u16('Highest version that the client speaks.', { initial: 0x0303 }),
    random: fixedBytes(32, 'Random bytes.'),
    sessionIdLength: u8('Bytes of the session id.', { computed: 'size of the session id' }),
    sessionId: bytes('Session to resume.', {
      label: 'session id',
      length: (values) => numberOf(values, 'sessionIdLength'),
    }),
    cipherSuitesLength: u16('Bytes of the cipher suites.', { computed: 'from the list' }),
    cipherSuites: structList(
      'cipherSuites',
      'Cipher suites, best first.',
      { suite: u16('Number of the suite.') },
      { count: (values) => numberOf(values, 'cipherSuitesLength') >> 1 },
    ),
    compressionMethodsLength: u8('Bytes of the compression methods.', { computed: 'size of the methods' }),
    compressionMethods: bytes('Compression methods, one byte each; 0 is none.', {
      initial: new Uint8Array(1),
      label: 'compression methods',
      length: (values) => numberOf(values, 'compressionMethodsLength'),
    }),
    extensionsLength: u16('Bytes of the extensions.', { computed: 'size of the list' }),
    extensions: tlsExtensions,
  },
  complete: (values) => ({
    sessionIdLength: Math.min(0xff, values.sessionId.length),
    cipherSuitesLength: Math.min(0xffff, values.cipherSuites.length * 2),
    compressionMethodsLength: Math.min(0xff, values.compressionMethods.length),
    extensionsLength: Math.min(0xffff, tlsExtensions.encode(values.extensions, values).length),
  }),
})

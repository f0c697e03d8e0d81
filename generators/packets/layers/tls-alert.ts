import { u8 } from '../field.ts'
import { defineLayer } from '../layer.ts'

const descriptions = { close_notify: 0, unexpected_message: 10, handshake_failure: 40, bad_certificate: 42 }

/** A TLS alert in plain, inside `tlsRecord`. RFC 5246 §7.2. */
export const tlsAlert = defineLayer({
  name: 'tlsAlert',
  title: 'TLS alert',
  rfc: 'RFC 5246 §7.2',
  fields: {
    level: u8('How bad it is.', { initial: 1, names: { warning: 1, fatal: 2 } }),
    description: u8('What it is.', { names: descriptions }),
  },
})

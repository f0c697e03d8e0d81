import { u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** The length before a Kerberos message over TCP; a `kerberos` layer is inside. RFC 4120 §7.2.2. */
export const kerberosOverTcp = defineLayer({
  name: 'kerberosOverTcp',
  title: 'Length of a Kerberos message over TCP',
  rfc: 'RFC 4120 §7.2.2',
  fields: { length: u32('Bytes of the message.', { computed: 'size of what is inside' }) },
  boundTo: { tcpPort: 88 },
  complete: (_values, payload) => ({ length: payload.length }),
  next: () => 'kerberos',
  payloadLength: ({ length }) => length,
})

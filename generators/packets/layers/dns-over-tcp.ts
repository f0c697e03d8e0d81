import { u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** The length before a DNS message over TCP; a `dns` layer is inside. RFC 1035 §4.2.2. */
export const dnsOverTcp = defineLayer({
  name: 'dnsOverTcp',
  title: 'Length of a DNS message over TCP',
  rfc: 'RFC 1035 §4.2.2',
  fields: { length: u16('Bytes of the message.', { computed: 'size of what is inside' }) },
  boundTo: { tcpPort: 53 },
  complete: (_values, payload) => ({ length: Math.min(0xffff, payload.length) }),
  next: () => 'dns',
  payloadLength: ({ length }) => length,
})

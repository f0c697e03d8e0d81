import { u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** IP encapsulating security payload; what is encrypted is the payload inside. RFC 4303 §2. */
export const esp = defineLayer({
  name: 'esp',
  title: 'IP encapsulating security payload',
  rfc: 'RFC 4303 §2',
  fields: {
    securityParametersIndex: u32('Names the security association.', { initial: 256 }),
    sequenceNumber: u32('Counts packets.', { initial: 1 }),
  },
  boundTo: { ipProtocol: 50 },
})

import { asn1Field } from '../asn1-field.ts'
import { kerberosMessage } from '../kerberos-messages.ts'
import { defineLayer } from '../layer.ts'

/** A Kerberos message as in UDP; over TCP it is inside `kerberosOverTcp`. RFC 4120 §5. */
export const kerberos = defineLayer({
  name: 'kerberos',
  title: 'Kerberos 5 message',
  rfc: 'RFC 4120 §5',
  fields: { message: asn1Field('The message, by its kind.', kerberosMessage, { initial: { asReq: {} } }) },
  boundTo: { udpPort: 88 },
})

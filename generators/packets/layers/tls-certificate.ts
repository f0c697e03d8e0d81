import { bytes } from '../byte-fields.ts'
import { numberOf, u24 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { structList } from '../struct-list.ts'

const certificates = structList(
  'certificates',
  'Certificates, the own one first.',
  {
    length: u24('Bytes of the certificate.', { computed: 'size of the certificate' }),
    certificate: bytes('DER.', { label: 'certificate', length: (values) => numberOf(values, 'length') }),
  },
  { complete: ({ certificate }) => ({ length: (certificate as Uint8Array).length }) },
)

/** Body of a Certificate message up to TLS 1.2, inside `tlsHandshake`. RFC 5246 §7.4.2. */
export const tlsCertificate = defineLayer({
  name: 'tlsCertificate',
  title: 'TLS Certificate',
  rfc: 'RFC 5246 §7.4.2',
  fields: { listLength: u24('Bytes of the list.', { computed: 'size of the list' }), certificates },
  complete: (values) => ({ listLength: certificates.encode(values.certificates, values).length }),
})

import { bytes } from '../byte-fields.ts'
import { numberOf, u24, virtual } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { structList } from '../struct-list.ts'
import { readX509 } from '../x509.ts'

const certificates = structList(
  'certificates',
  'Certificates, the own one first.',
  {
    length: u24('Bytes of the certificate.', { computed: 'size of the certificate' }),
    x509: virtual('X.509 certificate', 'The certificate, part by part, instead of its bytes.', readX509),
    certificate: bytes('DER.', {
      label: 'certificate',
      computed: 'from x509',
      length: (values) => numberOf(values, 'length'),
    }),
  },
  {
    complete: ({ x509, certificate }, given) => {
      const der = (given.certificate ?? x509 ?? certificate) as Uint8Array
      return { certificate: der, length: der.length }
    },
  },
)

/** Body of a Certificate message up to TLS 1.2, inside `tlsHandshake`. RFC 5246 §7.4.2. */
export const tlsCertificate = defineLayer({
  name: 'tlsCertificate',
  title: 'TLS Certificate',
  rfc: 'RFC 5246 §7.4.2',
  fields: { listLength: u24('Bytes of the list.', { computed: 'size of the list' }), certificates },
  complete: (values) => ({ listLength: certificates.encode(values.certificates, values).length }),
})

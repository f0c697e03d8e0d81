import { bytes } from '../byte-fields.ts'
import { defineLayer } from '../layer.ts'

/** Bytes that no layer describes, or that should be exactly what is written. */
export const payload = defineLayer({
  name: 'payload',
  title: 'Bytes as they are',
  rfc: '-',
  fields: { data: bytes('The bytes.') },
})

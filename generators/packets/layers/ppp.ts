import { u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Point-to-point protocol, with a protocol field of two bytes. RFC 1661 §2. */
export const ppp = defineLayer({
  name: 'ppp',
  title: 'Point-to-point protocol',
  rfc: 'RFC 1661 §2',
  fields: {
    protocol: u16('Protocol inside.', { initial: 0x0021, computed: 'by the layer inside' }),
  },
  boundTo: { etherType: 0x880b },
  carries: { space: 'pppProtocol', fields: ['protocol'] },
})

import { bytes } from '../byte-fields.ts'
import { numberOf, u8, u16, u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** IP authentication header. RFC 4302 §2. */
export const authentication = defineLayer({
  name: 'authentication',
  title: 'IP authentication header',
  rfc: 'RFC 4302 §2',
  fields: {
    nextHeader: u8('Header inside.', { initial: 253, computed: 'by the layer inside; 59 if nothing is inside' }),
    payloadLength: u8('Words of 4 bytes, less two.', { computed: 'from the check value' }),
    reserved: u16('Reserved.'),
    securityParametersIndex: u32('Names the security association.', { initial: 256 }),
    sequenceNumber: u32('Counts packets.', { initial: 1 }),
    integrityCheckValue: bytes('Check value; twelve zeros if not given.', {
      initial: new Uint8Array(12),
      label: 'integrityCheckValue',
      length: (values) => numberOf(values, 'payloadLength') * 4 - 4,
    }),
  },
  boundTo: { ipProtocol: 51 },
  carries: { space: 'ipProtocol', fields: ['nextHeader'] },
  complete: (_values, _payload, headerLength, { next }) => ({
    payloadLength: Math.min(255, Math.max(0, Math.ceil(headerLength / 4) - 2)),
    ...(next === undefined ? { nextHeader: 59 } : {}),
  }),
})

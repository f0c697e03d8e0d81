import { bits, flags, u8, u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Fragment header. RFC 8200 §4.5. */
export const fragment = defineLayer({
  name: 'fragment',
  title: 'IPv6 fragment header',
  rfc: 'RFC 8200 §4.5',
  fields: {
    nextHeader: u8('First header of the fragmentable part.', {
      initial: 253,
      computed: 'by the layer inside; give it when the inside is a bare piece',
    }),
    reserved: u8('Reserved.'),
    fragmentOffset: bits(13, 'Where the fragment belongs, in units of 8 bytes.'),
    reservedBits: bits(2, 'Reserved.'),
    flags: flags(1, { M: 1 }, 'More fragments.'),
    identification: u32('Ties the fragments of a packet together.'),
  },
  boundTo: { ipProtocol: 44 },
  carries: { space: 'ipProtocol', fields: ['nextHeader'] },
  // Only a packet in one piece can be read on.
  next: ({ fragmentOffset, flags: bitsSet }) => (fragmentOffset > 0 || bitsSet !== 0 ? 'payload' : undefined),
})

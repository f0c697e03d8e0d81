import { bytes } from '../byte-fields.ts'
import { bits, flags, numberOf, u8, u16, u24 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Generic network virtualization encapsulation. RFC 8926 §3.4. */
export const geneve = defineLayer({
  name: 'geneve',
  title: 'Generic network virtualization encapsulation',
  rfc: 'RFC 8926 §3.4',
  fields: {
    version: bits(2, 'Version, 0.'),
    optionsLength: bits(6, 'Words of options.', { computed: 'from the options' }),
    flags: flags(2, { O: 2, C: 1 }, 'Control packet, critical options.'),
    reserved: bits(6, 'Reserved.'),
    protocolType: u16('Ethertype of what is inside.', { initial: 0x88b5, computed: 'by the layer inside' }),
    vni: u24('Network identifier.', { initial: 1 }),
    reservedByte: u8('Reserved.'),
    options: bytes('Options: class, type, length and data each.', {
      length: (values) => numberOf(values, 'optionsLength') * 4,
      label: 'options',
    }),
  },
  boundTo: { udpPort: 6081 },
  carries: { space: 'etherType', fields: ['protocolType'] },
  complete: ({ options }) => ({ optionsLength: Math.min(63, Math.ceil(options.length / 4)) }),
})

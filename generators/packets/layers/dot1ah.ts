import { mac } from '../byte-fields.ts'
import { bits, u16, u24 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Backbone service instance tag with the customer's addresses, of provider backbone bridging. IEEE 802.1Q §9.7. */
export const dot1ah = defineLayer({
  name: 'dot1ah',
  title: '802.1ah service instance tag',
  rfc: 'IEEE 802.1Q §9.7',
  fields: {
    priority: bits(3, 'Priority code point.'),
    dropEligible: bits(1, 'Drop eligible indicator.'),
    useCustomerAddresses: bits(1, 'The customer has addresses of its own.'),
    reserved: bits(3, 'Reserved.'),
    serviceInstance: u24('Backbone service instance identifier.', { initial: 256 }),
    customerDestination: mac('Who the frame is for.'),
    customerSource: mac('Who sends it.'),
    etherType: u16('Protocol inside.', {
      initial: 0x88b5,
      computed: 'by the layer inside; 0x88b5 (local experiments) for a bare payload',
    }),
  },
  boundTo: { etherType: 0x88e7 },
  carries: { space: 'etherType', fields: ['etherType'] },
})

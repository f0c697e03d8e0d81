import { bits, u16 } from './field.ts'
import { defineLayer, type Layer } from './layer.ts'

/** A VLAN tag; customer and service tags differ in the type before them only. IEEE 802.1Q §9.6. */
export function vlanTag(name: string, title: string, etherType: number): Layer {
  return defineLayer({
    name,
    title,
    rfc: 'IEEE 802.1Q §9.6',
    fields: {
      priority: bits(3, 'Priority code point.'),
      dropEligible: bits(1, 'Drop eligible indicator.'),
      vlan: bits(12, 'VLAN identifier.', { initial: 1 }),
      etherType: u16('Protocol inside, or up to 1500 the length of an 802.3 frame.', {
        initial: 0x88b5,
        computed:
          'by the layer inside: its type, or the length before llc; 0x88b5 (local experiments) for a bare payload',
      }),
    },
    boundTo: { etherType },
    carries: { space: 'etherType', fields: ['etherType'] },
    complete: (_values, payload, _headerLength, { next }) => (next === 'llc' ? { etherType: payload.length } : {}),
    next: ({ etherType: type }) => (type <= 1500 ? 'llc' : undefined),
    payloadLength: ({ etherType: type }) => (type <= 1500 ? type : undefined),
  })
}

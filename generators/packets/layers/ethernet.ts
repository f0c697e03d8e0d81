import { mac } from '../byte-fields.ts'
import { u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Ethernet II, or 802.3 with a length where the type would be. IEEE 802.3 §3.2. */
export const ethernet = defineLayer({
  name: 'ethernet',
  title: 'Ethernet frame, without its check sequence',
  rfc: 'IEEE 802.3 §3.2, RFC 894, RFC 1042',
  fields: {
    destination: mac('Who the frame is for.'),
    source: mac('Who sends it.'),
    etherType: u16('Protocol inside, or up to 1500 the length of an 802.3 frame.', {
      initial: 0x88b5,
      computed:
        'by the layer inside: its type, or the length before llc; 0x88b5 (local experiments) for a bare payload',
    }),
  },
  boundTo: { etherType: 0x6558, ipProtocol: 143 },
  carries: { space: 'etherType', fields: ['etherType'] },
  complete: (_values, payload, _headerLength, { next }) => (next === 'llc' ? { etherType: payload.length } : {}),
  next: ({ etherType }) => (etherType <= 1500 ? 'llc' : undefined),
  payloadLength: ({ etherType }) => (etherType <= 1500 ? etherType : undefined),
})

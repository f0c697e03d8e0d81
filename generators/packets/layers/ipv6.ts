import { ipv6Address } from '../byte-fields.ts'
import { bits, u8, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Internet Protocol, version 6. RFC 8200 §3. */
export const ipv6 = defineLayer({
  name: 'ipv6',
  title: 'Internet Protocol version 6',
  rfc: 'RFC 8200 §3',
  fields: {
    version: bits(4, 'IP version.', { initial: 6 }),
    trafficClass: u8('Differentiated services and congestion notification.'),
    flowLabel: bits(20, 'Flow label, RFC 6437.'),
    payloadLength: u16('Bytes after this header.', { computed: 'what follows, at most 65535' }),
    nextHeader: u8('Header inside.', {
      initial: 253,
      computed: 'by the layer inside; 59 if nothing is inside, 253 (experiments, RFC 3692) for a bare payload',
    }),
    hopLimit: u8('Hop limit.', {
      initial: 64,
      computed: '64, or what the protocol inside demands (255 neighbor discovery, 1 listener discovery)',
    }),
    source: ipv6Address('Source address.'),
    destination: ipv6Address('Destination address.'),
  },
  boundTo: { etherType: 0x86dd, ipProtocol: 41, pppProtocol: 0x57 },
  carries: { space: 'ipProtocol', fields: ['nextHeader'] },
  complete: (_values, payload, _headerLength, { next, hopLimit }) => ({
    payloadLength: Math.min(0xffff, payload.length),
    ...(next === undefined ? { nextHeader: 59 } : {}),
    ...(hopLimit === undefined ? {} : { hopLimit }),
  }),
  network: ({ source, destination }) => ({ source, destination }),
  payloadLength: ({ payloadLength }) => payloadLength,
  inspect: ({ version }) => (version === 6 ? [] : [`version is ${version}, not 6`]),
})

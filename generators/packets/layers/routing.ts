import { addressList, bytes, ipv6Address } from '../byte-fields.ts'
import { numberOf, u8, u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Routing header; its data is a list of addresses in types 0 and 2, bytes in others. RFC 8200 §4.4, RFC 5095. */
export const routing = defineLayer({
  name: 'routing',
  title: 'IPv6 routing header',
  rfc: 'RFC 8200 §4.4, RFC 5095',
  fields: {
    nextHeader: u8('Header inside.', { initial: 253, computed: 'by the layer inside; 59 if nothing is inside' }),
    headerLength: u8('Units of 8 bytes, the first not counted.', { computed: 'from addresses and data' }),
    routingType: u8('0 is the deprecated source route, 2 is for mobility, 4 for segments.'),
    segmentsLeft: u8('Hops still to visit.', { computed: 'number of addresses' }),
    reserved: u32('Reserved in types 0 and 2, other data in other types.'),
    addresses: addressList(ipv6Address('Hop.'), 'Hops.', (values) =>
      [0, 2].includes(numberOf(values, 'routingType')) ? numberOf(values, 'headerLength') * 8 : 0,
    ),
    data: bytes('Whatever else the header holds.', {
      label: 'routing header',
      length: (values) =>
        numberOf(values, 'headerLength') * 8 - (Array.isArray(values.addresses) ? values.addresses.length * 16 : 0),
    }),
  },
  boundTo: { ipProtocol: 43 },
  carries: { space: 'ipProtocol', fields: ['nextHeader'] },
  complete: ({ addresses }, _payload, headerLength, { next }) => ({
    headerLength: Math.min(255, Math.max(0, Math.ceil(headerLength / 8) - 1)),
    segmentsLeft: Math.min(255, addresses.length),
    ...(next === undefined ? { nextHeader: 59 } : {}),
  }),
  imply: ({ addresses }) => ({ segmentsLeft: Math.min(255, addresses?.length ?? 0) }),
  // RFC 8200 §8.1: the pseudo header holds the final destination.
  network: ({ routingType, segmentsLeft, addresses }, around) => {
    const last = addresses.at(-1)
    if (around === undefined || last === undefined || segmentsLeft === 0 || ![0, 2].includes(routingType)) return around
    return { source: around.source, destination: last }
  },
})

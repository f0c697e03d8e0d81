import { ipv6Address } from '../byte-fields.ts'
import { bits, flags } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { ndOptions } from '../nd-options.ts'

/** Tells a link-layer address; inside `icmpv6`. RFC 4861 §4.4. */
export const neighborAdvertisement = defineLayer({
  name: 'neighborAdvertisement',
  title: 'Neighbor discovery: neighbor advertisement',
  rfc: 'RFC 4861 §4.4',
  fields: {
    flags: flags(3, { R: 4, S: 2, O: 1 }, 'Router, solicited, override.'),
    reserved: bits(29, 'Reserved.'),
    target: ipv6Address('Address that is told about.'),
    options: ndOptions(),
  },
  boundTo: { icmpv6Type: 136 },
  hopLimit: 255,
})

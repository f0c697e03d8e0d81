import { ipv6Address } from '../byte-fields.ts'
import { u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { ndOptions } from '../nd-options.ts'

/** A router names a better first hop; inside `icmpv6`. RFC 4861 §4.5. */
export const ndRedirect = defineLayer({
  name: 'ndRedirect',
  title: 'Neighbor discovery: redirect',
  rfc: 'RFC 4861 §4.5',
  fields: {
    reserved: u32('Reserved.'),
    target: ipv6Address('The better first hop.'),
    destination: ipv6Address('Where it leads.'),
    options: ndOptions(),
  },
  boundTo: { icmpv6Type: 137 },
  hopLimit: 255,
})

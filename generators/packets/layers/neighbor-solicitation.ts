import { ipv6Address } from '../byte-fields.ts'
import { u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { ndOptions } from '../nd-options.ts'

/** Asks for the link-layer address of a neighbor; inside `icmpv6`. RFC 4861 §4.3. */
export const neighborSolicitation = defineLayer({
  name: 'neighborSolicitation',
  title: 'Neighbor discovery: neighbor solicitation',
  rfc: 'RFC 4861 §4.3',
  fields: { reserved: u32('Reserved.'), target: ipv6Address('Address that is asked about.'), options: ndOptions() },
  boundTo: { icmpv6Type: 135 },
  hopLimit: 255,
})

import { u32 } from '../field.ts'
import { defineLayer } from '../layer.ts'
import { ndOptions } from '../nd-options.ts'

/** A host asks for routers; inside `icmpv6`. RFC 4861 §4.1. */
export const routerSolicitation = defineLayer({
  name: 'routerSolicitation',
  title: 'Neighbor discovery: router solicitation',
  rfc: 'RFC 4861 §4.1',
  fields: { reserved: u32('Reserved.'), options: ndOptions() },
  boundTo: { icmpv6Type: 133 },
  hopLimit: 255,
})

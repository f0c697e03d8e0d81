import { ipv6Address } from '../byte-fields.ts'
import { u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Multicast listener discovery, version 1: query, report or done by the type of the `icmpv6` around. RFC 2710 §3. */
export const mld = defineLayer({
  name: 'mld',
  title: 'Multicast listener discovery',
  rfc: 'RFC 2710 §3',
  fields: {
    maximumResponseDelay: u16('Milliseconds, in queries.'),
    reserved: u16('Reserved.'),
    multicastAddress: ipv6Address('The group; unspecified in a general query.'),
  },
  boundTo: { icmpv6Type: [131, 130, 132] },
  hopLimit: 1,
})

import { ipv4Address } from '../byte-fields.ts'
import { internetChecksum } from '../checksum.ts'
import { u8, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Internet Group Management Protocol, version 2. RFC 2236 §2. */
export const igmp = defineLayer({
  name: 'igmp',
  title: 'Internet Group Management Protocol version 2',
  rfc: 'RFC 2236 §2',
  fields: {
    type: u8('What the message is.', {
      initial: 0x16,
      names: { query: 0x11, reportV1: 0x12, report: 0x16, leave: 0x17 },
    }),
    maximumResponseTime: u8('In 1/10 s, in queries.'),
    checksum: u16('Covers the message.', { computed: 'Internet checksum' }),
    group: ipv4Address('The group; 0.0.0.0 in a general query.'),
  },
  boundTo: { ipProtocol: 2 },
  checksum: { field: 'checksum', offset: () => 2, compute: (message) => internetChecksum(message) },
})

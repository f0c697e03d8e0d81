import { bits, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Control word of an Ethernet pseudowire, after the last `mpls` label; an `ethernet` frame is inside. RFC 4448 §4.6. */
export const pseudowire = defineLayer({
  name: 'pseudowire',
  title: 'Pseudowire control word',
  rfc: 'RFC 4448 §4.6',
  fields: {
    nibble: bits(4, '0 for data.'),
    reserved: bits(12, 'Reserved.'),
    sequenceNumber: u16('Counts frames; 0 means that nobody counts.'),
  },
  next: () => 'ethernet',
})

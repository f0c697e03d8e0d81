import { ipv4Address } from '../byte-fields.ts'
import { u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/**
 * Origin indication of Teredo, in `udp`; an `ipv6` packet is inside. Port and address are those of the far side with
 * every bit turned over. A Teredo packet without it is `ipv6` in `udp` on port 3544. RFC 4380 §5.1.1.
 */
export const teredo = defineLayer({
  name: 'teredo',
  title: 'Teredo origin indication',
  rfc: 'RFC 4380 §5.1.1',
  fields: {
    indicator: u16('0 for an origin indication.'),
    obfuscatedPort: u16('Port, all bits turned over.'),
    obfuscatedAddress: ipv4Address('Address, all bits turned over.'),
  },
  boundTo: { udpPort: 3544 },
  next: () => 'ipv6',
  recognise: (bytes) => bytes.length >= 8 && bytes[0] === 0 && bytes[1] === 0,
})

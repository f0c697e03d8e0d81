import { flags, u8, u24 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Virtual extensible LAN; an `ethernet` layer is inside. RFC 7348 §5. */
export const vxlan = defineLayer({
  name: 'vxlan',
  title: 'Virtual extensible LAN',
  rfc: 'RFC 7348 §5',
  fields: {
    flags: flags(8, { I: 8 }, 'I: the network identifier is valid.', { initial: 8 }),
    reserved: u24('Reserved.'),
    vni: u24('Network identifier.', { initial: 1 }),
    reservedByte: u8('Reserved.'),
  },
  boundTo: { udpPort: 4789 },
  next: () => 'ethernet',
  inspect: ({ flags: set }) => ((set & 8) === 0 ? ['flag I is not set'] : []),
})

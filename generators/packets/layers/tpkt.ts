import { u8, u16 } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** TPKT, which makes packets of a TCP stream; an `x224` layer is inside. RFC 1006 §6. */
export const tpkt = defineLayer({
  name: 'tpkt',
  title: 'TPKT header',
  rfc: 'RFC 1006 §6',
  fields: {
    version: u8('Version.', { initial: 3 }),
    reserved: u8('Reserved.'),
    length: u16('Bytes of header and contents.', { computed: 'header and contents' }),
  },
  boundTo: { tcpPort: [3389, 102] },
  complete: (_values, payload, headerLength) => ({ length: Math.min(0xffff, headerLength + payload.length) }),
  next: () => 'x224',
  payloadLength: ({ length }, headerLength) => length - headerLength,
  recognise: (input) => input[0] === 3 && input[1] === 0,
  inspect: ({ version }) => (version === 3 ? [] : [`version is ${version}, not 3`]),
})

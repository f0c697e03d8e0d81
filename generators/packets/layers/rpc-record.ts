import { bits } from '../field.ts'
import { defineLayer } from '../layer.ts'

/** Record mark before an RPC message over TCP; an `rpc` layer is inside. RFC 5531 §11. */
export const rpcRecord = defineLayer({
  name: 'rpcRecord',
  title: 'Record mark of an RPC message over TCP',
  rfc: 'RFC 5531 §11',
  fields: {
    lastFragment: bits(1, 'Whether the message ends here.', { initial: 1 }),
    length: bits(31, 'Bytes of the fragment.', { computed: 'size of what is inside' }),
  },
  boundTo: { tcpPort: [2049, 111] },
  complete: (_values, payload) => ({ length: payload.length }),
  next: () => 'rpc',
  payloadLength: ({ length }) => length,
})

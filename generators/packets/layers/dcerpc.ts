import { dcerpcOrBytes } from '../dcerpc-messages.ts'
import { defineLayer } from '../layer.ts'

/** One DCE RPC message over TCP; through a pipe it is the data of an SMB write or read. C706 §12.6. */
export const dcerpc = defineLayer({
  name: 'dcerpc',
  title: 'DCE RPC message',
  rfc: 'C706 §12.6',
  fields: { message: dcerpcOrBytes('The message, by its kind.', 'message') },
  boundTo: { tcpPort: 135 },
})

import { defineLayer } from '../layer.ts'
import { telnetItems } from '../telnet-items.ts'

/** What one side of a Telnet connection sends: data with commands in between. RFC 854, RFC 855. */
export const telnet = defineLayer({
  name: 'telnet',
  title: 'Telnet data and commands',
  rfc: 'RFC 854',
  fields: { items: telnetItems('Data and commands, in their order.') },
  boundTo: { tcpPort: 23 },
})

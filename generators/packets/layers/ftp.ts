import { beginsWithLine, commandOrReply, commandReplyFields, commandReplyLines } from '../command-reply.ts'
import { defineLayer } from '../layer.ts'

/** FTP lines of the control connection: a command or a reply. RFC 959 §4.1, §4.2. */
export const ftp = defineLayer({
  name: 'ftp',
  title: 'FTP command or reply',
  rfc: 'RFC 959 §4',
  fields: { ...commandReplyFields, lines: commandReplyLines },
  boundTo: { tcpPort: 21 },
  imply: (given) => ({ lines: commandOrReply(given) }),
  recognise: beginsWithLine,
})

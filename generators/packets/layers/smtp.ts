import { beginsWithLine, commandOrReply, commandReplyFields, commandReplyLines } from '../command-reply.ts'
import { defineLayer } from '../layer.ts'
import { dataLines, mailContent } from '../mail.ts'

/** SMTP lines: a command, a reply, or a mail as DATA carries it. RFC 5321 §4.1.1, §4.2, §4.5.2. */
export const smtp = defineLayer({
  name: 'smtp',
  title: 'SMTP command, reply or mail',
  rfc: 'RFC 5321 §4',
  fields: {
    ...commandReplyFields,
    mail: mailContent(
      'A mail, with the dots doubled and the lone dot at its end; its lines follow those of a command.',
    ),
    lines: commandReplyLines,
  },
  boundTo: { tcpPort: [25, 587] },
  imply: (given): { lines: Uint8Array[] } => {
    const { mail, command, code } = given
    const lines = mail !== undefined && command === undefined && code === undefined ? [] : commandOrReply(given)
    return { lines: mail === undefined ? lines : [...lines, ...dataLines(mail)] }
  },
  recognise: beginsWithLine,
})

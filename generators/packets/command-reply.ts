import { concatBytes, parseBytes } from './bytes.ts'
import { type Values, virtual } from './field.ts'
import { lineEnd, lines, word } from './text-lines.ts'

const encoder = new TextEncoder()
const space = encoder.encode(' ')

/** Settings of a protocol of commands and numbered replies (SMTP, FTP), of which `commandReplyLines` are made. */
export const commandReplyFields = {
  command: word('Command word; NOOP if nothing is given.'),
  argument: virtual('bytes', 'What stands after the command word and a space.', parseBytes),
  code: word('Code of a reply; makes the line one.'),
  text: virtual('bytes or list of them', 'Text of a reply; of a list, each is a line of one reply.', parseTexts),
  lineEnd: lineEnd('End of each line; CR LF if not given.'),
}

/** The lines themselves. */
export const commandReplyLines = lines('All lines.', 'from the fields before', 'NOOP')

/** The line of a command, or of a reply if a code is given: `250-` before every line but the last. RFC 5321 §4.2.1. */
export function commandOrReply(given: Values): Uint8Array[] {
  const { command = 'NOOP', argument, code, text } = given as Given
  if (code === undefined) {
    const verb = encoder.encode(command)
    return [argument === undefined ? verb : concatBytes([verb, space, argument])]
  }
  const texts = text ?? [new Uint8Array(0)]
  return texts.map((one, index) => {
    const last = index === texts.length - 1
    const before = one.length === 0 && last ? code : `${code}${last ? ' ' : '-'}`
    return concatBytes([encoder.encode(before), one])
  })
}

/** Whether bytes begin with a whole line of text, as commands, replies and mails do. */
export function beginsWithLine(input: Uint8Array): boolean {
  const feed = input.indexOf(10)
  return feed >= 0 && input.subarray(0, feed).every((byte) => byte === 9 || byte === 13 || (byte >= 32 && byte < 127))
}

interface Given {
  command?: string
  argument?: Uint8Array
  code?: string
  text?: Uint8Array[]
}

function parseTexts(raw: unknown, where: string): Uint8Array[] {
  if (!Array.isArray(raw)) return [parseBytes(raw, where)]
  return raw.map((one, index) => parseBytes(one, `${where}[${index}]`))
}

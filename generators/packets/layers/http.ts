import { bytes } from '../byte-fields.ts'
import { shown } from '../bytes.ts'
import { virtual } from '../field.ts'
import { addedLength, headerLines, line, lineEnd } from '../http-lines.ts'
import { defineLayer } from '../layer.ts'
import { PacketError } from '../packet-error.ts'

const encoder = new TextEncoder()
const startOfMessage = /^(?:[A-Z]{3,20} [^\r\n]{1,8000} HTTP\/\d\.\d|HTTP\/\d\.\d \d{3}[^\r\n]{0,8000})\r?\n/
const tellsLength = /^(?:content-length|transfer-encoding)\s*:/i
const responseWithBody = /^HTTP\/\d\.\d (?!1\d\d|204|304)/

/**
 * One HTTP/1 message. Any line may be bytes; a layer inside comes after the message and is not counted by it.
 * What has no such form at all is written as a `payload`. RFC 9112 §2.1.
 */
export const http = defineLayer({
  name: 'http',
  title: 'HTTP/1 message',
  rfc: 'RFC 9112 §2.1',
  fields: {
    method: virtual('text', 'Method of a request; GET if not given.', parseText),
    target: virtual('text', 'Target of a request; / if not given.', parseText),
    version: virtual('text', 'HTTP/1.1 if not given.', parseText),
    status: virtual('number or text', 'Status of a response; makes the message one.', parseText),
    reason: virtual('text', 'Reason phrase of a response; OK if not given.', parseText),
    lineEnd: lineEnd('End of each line; CR LF if not given.'),
    contentLength: addedLength('Content-Length line to add after the headers: a number, or false for none.'),
    startLine: line('First line.', 'from method, target and version, or version, status and reason'),
    headers: headerLines('Header lines: `Name: value`, bytes, or { name, value }; or one mapping of names to values.'),
    body: bytes('Body.'),
  },
  boundTo: { tcpPort: 80 },
  imply: ({ method = 'GET', target = '/', version = 'HTTP/1.1', status, reason = 'OK', startLine, headers, body }) => {
    const request = status === undefined
    const start =
      startLine ?? encoder.encode(request ? `${method} ${target} ${version}` : `${version} ${status} ${reason}`)
    const length = body?.length ?? 0
    const told = headers?.some((header) => tellsLength.test(latin1(header))) ?? false
    const needed = !told && (length > 0 || responseWithBody.test(latin1(start)))
    return { startLine: start, contentLength: needed ? length : false }
  },
  recognise: (message) => {
    const text = latin1(message)
    return startOfMessage.test(text) && /\r?\n\r?\n/.test(text)
  },
})

function latin1(message: Uint8Array): string {
  return Buffer.from(message.buffer, message.byteOffset, message.length).toString('latin1')
}

function parseText(raw: unknown, where: string): string {
  if (typeof raw === 'string') return raw
  if (typeof raw === 'number') return String(raw)
  throw new PacketError(where, `${shown(raw)} is not text`)
}

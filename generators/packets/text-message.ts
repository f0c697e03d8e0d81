import { bytes } from './byte-fields.ts'
import { defineLayer, type Layer, type LayerDefinition } from './layer.ts'
import type { Fields } from './field.ts'
import { addedLength, headerLines, latin1, line, lineEnd, word } from './text-lines.ts'

const encoder = new TextEncoder()

/** What one protocol of requests and responses in text has of its own. */
export interface TextMessage extends Pick<LayerDefinition<Fields>, 'name' | 'title' | 'rfc' | 'boundTo'> {
  /** Of a request and its response where nothing is given: `GET`, `/`, `HTTP/1.1`. */
  method: string
  target: string
  version: string
  /** Field that holds the target: `target`, `requestUri`. */
  targetField: string
  /** A whole start line with its end. */
  startOfMessage: RegExp
  /** Header line that says how long the message is. */
  tellsLength: RegExp
  /** Start line of a message that needs a length even if there is no body. */
  needsLength: RegExp
}

/**
 * A layer of messages that are a start line, header lines, an empty line and a body: HTTP/1, SIP. Any line may be bytes;
 * a layer inside comes after the message and is not counted by it. What has no such form at all is a `payload`.
 */
export function defineTextMessage(message: TextMessage): Layer {
  const { method, target, version, targetField, startOfMessage, tellsLength, needsLength, ...others } = message
  return defineLayer({
    ...others,
    fields: {
      method: word(`Method of a request; ${method} if not given.`),
      [targetField]: word(`Target of a request; ${target} if not given.`),
      version: word(`${version} if not given.`),
      status: word('Status of a response; makes the message one.'),
      reason: word('Reason phrase of a response; OK if not given.'),
      lineEnd: lineEnd('End of each line; CR LF if not given.'),
      contentLength: addedLength('Content-Length line to add after the headers: a number, or false for none.'),
      startLine: line(
        'First line.',
        `from method, ${targetField} and version, or version, status and reason`,
        `${method} ${target} ${version}`,
      ),
      headers: headerLines(
        'Header lines: `Name: value`, bytes, or { name, value }; or one mapping of names to values.',
      ),
      body: bytes('Body.'),
    } as Fields,
    imply: (given) => {
      const { status, startLine, headers, body } = given as Given
      const text = (field: string, initial: string) => (given[field] as string | undefined) ?? initial
      const first =
        status === undefined
          ? `${text('method', method)} ${text(targetField, target)} ${text('version', version)}`
          : `${text('version', version)} ${status} ${text('reason', 'OK')}`
      const start = startLine ?? encoder.encode(first)
      const length = body?.length ?? 0
      const told = headers?.some((header) => tellsLength.test(latin1(header))) ?? false
      const needed = !told && (length > 0 || needsLength.test(latin1(start)))
      return { startLine: start, contentLength: needed ? length : false }
    },
    recognise: (input) => {
      const text = latin1(input)
      return startOfMessage.test(text) && /\r?\n\r?\n/.test(text)
    },
  })
}

interface Given {
  status?: string
  startLine?: Uint8Array
  headers?: Uint8Array[]
  body?: Uint8Array
}

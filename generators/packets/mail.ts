import { concatBytes, parseBytes, shown } from './bytes.ts'
import type { Values, VirtualField } from './field.ts'
import { virtual } from './field.ts'
import { bytes } from './byte-fields.ts'
import { PacketError } from './packet-error.ts'
import { defineStruct, parseValues } from './struct.ts'
import { parseHeaders, word } from './text-lines.ts'

/** A mail or one part of it. */
export interface MailEntity {
  headers: Uint8Array[]
  body: Uint8Array
  boundary: string
  closeDelimiter: boolean
  /** Undefined where the body is not in parts. */
  parts: MailEntity[] | undefined
}

const encoder = new TextEncoder()
const dot = encoder.encode('.')

const entityFields = defineStruct({
  headers: virtual('list of header lines', 'Header lines.', parseHeaders),
  body: bytes('Body, or what stands before the first part.'),
  boundary: word('Boundary between the parts.'),
  closeDelimiter: virtual('true or false', 'Whether the delimiter after the last part is there.', (raw, where) => {
    if (typeof raw === 'boolean') return raw
    throw new PacketError(where, `${shown(raw)} is not true or false`)
  }),
  parts: virtual('list of parts', 'Parts, each of them like a mail.', (raw, where) => {
    if (Array.isArray(raw)) return raw.map((part, index) => parseEntity(part, `${where}[${index}]`))
    throw new PacketError(where, `${shown(raw)} is not a list of parts`)
  }),
})

/**
 * The content of a mail: `{ headers, body }`, or `{ headers, boundary, parts }` with parts like it, nested at will.
 * A Content-Type of `multipart/mixed` with the boundary is added to what has parts and no Content-Type;
 * `closeDelimiter: false` leaves the last delimiter out. RFC 5322 §2, RFC 2045 §3, RFC 2046 §5.1.
 */
export function mailContent(doc: string): VirtualField<MailEntity | undefined> {
  return virtual('{ headers, body } or { headers, boundary, parts }', doc, parseEntity)
}

/** The lines that DATA carries for a mail: leading dots doubled, a lone dot at the end. RFC 5321 §4.5.2. */
export function dataLines(mail: MailEntity): Uint8Array[] {
  const stuffed = entityLines(mail).map((line) => (line[0] === 0x2e ? concatBytes([dot, line]) : line))
  return [...stuffed, dot]
}

function entityLines({ headers, body, boundary, closeDelimiter, parts }: MailEntity): Uint8Array[] {
  const head = [...headers]
  const text = body.length > 0 ? splitLines(body) : []
  if (parts === undefined) return [...head, new Uint8Array(0), ...text]
  const typed = headers.some((header) => /^content-type\s*:/i.test(Buffer.from(header).toString('latin1')))
  if (!typed) head.push(encoder.encode(`Content-Type: multipart/mixed; boundary="${boundary}"`))
  const delimited = parts.flatMap((part) => [encoder.encode(`--${boundary}`), ...entityLines(part)])
  const close = closeDelimiter ? [encoder.encode(`--${boundary}--`)] : []
  return [...head, new Uint8Array(0), ...text, ...delimited, ...close]
}

/** A line end that the text ends with makes no line of its own. */
function splitLines(text: Uint8Array): Uint8Array[] {
  const list: Uint8Array[] = []
  let start = 0
  for (let feed = text.indexOf(10); feed >= 0; feed = text.indexOf(10, start)) {
    list.push(text.subarray(start, text[feed - 1] === 13 && feed > start ? feed - 1 : feed))
    start = feed + 1
  }
  if (start < text.length) list.push(text.subarray(start))
  return list
}

function parseEntity(raw: unknown, where: string): MailEntity {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw) || raw instanceof Uint8Array)
    throw new PacketError(where, `${shown(raw)} is not { headers, body } or { headers, boundary, parts }`)
  const given = parseValues(entityFields, raw as Values, where) as Partial<MailEntity>
  return {
    headers: [],
    body: parseBytes('', where),
    boundary: 'part',
    closeDelimiter: true,
    parts: undefined,
    ...given,
  }
}

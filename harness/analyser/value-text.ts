import type { AnalysedField } from './analysed.ts'
import { isChecksum } from './analyse.ts'

/** Bytes of which more are only counted. */
const bytesShown = 48
const textShown = 160

/** The value of a field as people read it: `15 (2934820341 on the wire)`, `SYN FIN`, `0x1c46`, `"hello"`. */
export function fieldText({ name, value, meaning, relative }: AnalysedField): string {
  const text = valueText(value, name)
  if (relative !== undefined) return `${relative} (${text} on the wire)`
  return meaning === undefined ? text : `${text} (${meaning})`
}

/** A value by itself. @param name of its field, which says how numbers are written */
export function valueText(value: unknown, name = ''): string {
  if (typeof value === 'number') return isHexadecimal(name) ? `0x${value.toString(16).padStart(4, '0')}` : String(value)
  if (value instanceof Uint8Array) return bytesText(value)
  if (Array.isArray(value)) {
    if (value.length === 0) return 'none'
    return cut(value.map((each) => itemText(each)).join(value.every(isPlain) ? ' ' : ', '))
  }
  return cut(typeof value === 'string' ? quoted(value) : itemText(value))
}

function isHexadecimal(name: string): boolean {
  return isChecksum(name) || /^(etherType|protocolType|start)$/.test(name)
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number'
}

function itemText(value: unknown): string {
  if (value instanceof Uint8Array) return bytesText(value)
  if (Array.isArray(value)) return `[${value.map(itemText).join(', ')}]`
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? quoted(value) : String(value)
  const pairs = Object.entries(value).map(([key, inner]) => `${key} ${itemText(inner)}`)
  return `{ ${pairs.join(', ')} }`
}

/** A word stands for itself; anything else shows where it begins and ends, and holds nothing that steers a terminal. */
function quoted(text: string): string {
  return /^[\w.:/+-]+$/.test(text)
    ? text
    : JSON.stringify(text).replaceAll(/[\u007f-\u009f]/g, (mark) => `\\x${mark.charCodeAt(0).toString(16)}`)
}

function bytesText(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'none'
  const shown = bytes.subarray(0, bytesShown)
  const more = bytes.length > shown.length ? ` ... ${bytes.length} bytes in all` : ''
  const isText = shown.every((byte) => (byte >= 32 && byte < 127) || byte === 13 || byte === 10 || byte === 9)
  if (isText) return `${JSON.stringify(Buffer.from(shown).toString('latin1'))}${more}`
  return `${[...shown].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}${more}`
}

function cut(text: string): string {
  return text.length > textShown ? `${text.slice(0, textShown - 4)} ...` : text
}

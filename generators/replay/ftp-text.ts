import type { Side } from '../conversation/conversation.ts'
import { ipv4Bytes, ipv6Bytes } from '../packets/address.ts'

/** A piece of a text that becomes another one; `end` is the first place behind it. */
export interface TextChange {
  start: number
  end: number
  text: string
}

/**
 * Says what an address and port become; null where they stay.
 * @param address null where the reply names none, which means the sender's own
 */
export type MoveEndpoint = (
  address: Uint8Array | null,
  port: number,
  from: Side,
) => { address: string; port: number } | null

const sixNumbers = String.raw`(?<place>\d{1,3}(?:,\d{1,3}){5})(?!\d)`
const delimited = String.raw`(?<d>[!-\/:-~])(?<family>[12]?)\k<d>(?<place>(?<address>[0-9a-f.:]*)\k<d>(?<port>\d{1,5}))\k<d>`

/** RFC 959 §4.1.2 and RFC 1123 §4.1.2.6 (PORT, 227), RFC 2428 §2 and §3 (EPRT, 229). */
const forms: Record<Side, RegExp[]> = {
  client: [new RegExp(`^PORT +${sixNumbers}`, 'di'), new RegExp(`^EPRT +${delimited}`, 'di')],
  server: [new RegExp(`^227[ -].*?${sixNumbers}`, 'd'), new RegExp(String.raw`^229[ -].*\(${delimited}\)`, 'di')],
}

/** How a line begins that names an address or a port. */
const beginnings: Record<Side, string[]> = { client: ['PORT ', 'EPRT '], server: ['227', '229'] }
const longestBeginning = 5

/**
 * The changes of a text of an FTP control connection, in its order.
 * @param text one byte a character; of its last line only what ends in it is looked at
 * @param skip true when it begins in the middle of a line
 */
export function ftpChanges(text: string, from: Side, skip: boolean, move: MoveEndpoint): TextChange[] {
  const changes: TextChange[] = []
  let start = skip ? text.indexOf('\n') + 1 || text.length : 0
  for (let end = text.indexOf('\n', start); end >= 0; end = text.indexOf('\n', start)) {
    const change = lineChange(text.slice(start, end), from, move)
    if (change !== null) changes.push({ ...change, start: start + change.start, end: start + change.end })
    start = end + 1
  }
  return changes
}

/** Whether a line that is not complete names an address: it does, it cannot, or more of it has to be seen. */
export function namesEndpoint(line: string, from: Side): 'yes' | 'no' | 'maybe' {
  const upper = line.slice(0, longestBeginning).toUpperCase()
  if (beginnings[from].some((beginning) => upper.startsWith(beginning))) return 'yes'
  return upper !== '' && beginnings[from].some((beginning) => beginning.startsWith(upper)) ? 'maybe' : 'no'
}

function lineChange(line: string, from: Side, move: MoveEndpoint): TextChange | null {
  for (const form of forms[from]) {
    const found = form.exec(line)
    if (found === null) continue
    const { place = '', d, family, address = '', port } = found.groups ?? {}
    const [start, end] = found.indices?.groups?.place ?? [0, 0]
    const text = d === undefined ? commas(place, from, move) : between(d, family, address, Number(port), from, move)
    return text === null || text === place ? null : { start, end, text }
  }
  return null
}

/** `10,0,0,1,4,1`: an IPv4 address and the two bytes of a port. */
function commas(place: string, from: Side, move: MoveEndpoint): string | null {
  const numbers = place.split(',').map(Number)
  if (numbers.some((number) => number > 255)) return null
  const [high, low] = [numbers[4] as number, numbers[5] as number]
  const moved = move(Uint8Array.from(numbers.slice(0, 4)), high * 256 + low, from)
  if (moved === null) return null
  return [...moved.address.split('.'), moved.port >> 8, moved.port & 0xff].join(',')
}

/** `10.0.0.1|1025` or, where the address is left out, `|1025`. */
function between(
  d: string,
  family: string | undefined,
  address: string,
  port: number,
  from: Side,
  move: MoveEndpoint,
): string | null {
  const bytes = address === '' ? null : family === '2' ? ipv6Bytes(address) : ipv4Bytes(address)
  if (bytes === undefined || port > 65_535) return null
  const moved = move(bytes, port, from)
  return moved === null ? null : `${address === '' ? '' : moved.address}${d}${moved.port}`
}

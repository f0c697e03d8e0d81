import type { Side } from '../conversation/conversation.ts'
import { GeneratorError } from '../errors.ts'
import { foldSum, sumWords } from '../packets/checksum.ts'
import { adjust, put16, read16 } from './checksums.ts'
import { Dissection, kinds } from './dissection.ts'
import { ftpChanges, type MoveEndpoint, namesEndpoint, type TextChange } from './ftp-text.ts'
import { type Edit, distance, SequenceShift } from './sequence-shift.ts'

/** Server's port of control connections, RFC 959 §8. */
const controlPort = 21
/** Connections that are known at a time. */
const most = 4096
const shortestFrame = 60
const flagBits = { FIN: 0x01, SYN: 0x02, RST: 0x04, ACK: 0x10 }

/** One direction of a control connection. */
class Direction {
  readonly shift = new SequenceShift()
  /** The number behind the last byte that was seen; null before the first. */
  reached: number | null = null
  /** Beginning of a line whose end was not seen. */
  tail = ''
}

interface Connection {
  client: Direction
  server: Direction
  /** Sequence number of the SYN that opened it; null when it was not seen. */
  opened: number | null
  isClosed: boolean
}

/** A segment of a control connection, as places in its frame. */
interface Segment {
  from: Side
  ip: number
  start: number
  data: number
  end: number
  flags: number
}

/**
 * Maps addresses and ports in the texts of FTP control connections: PORT, EPRT, and the replies 227 and 229. A text may become longer
 * or shorter; sequence numbers, acknowledgements and SACK blocks of the rest of the connection follow, retransmissions too. It knows
 * connections of port 21 outside of tunnels, and no more of each than its last edits. What ICMP errors quote of them keeps its numbers.
 */
export class FtpControl {
  readonly #move: MoveEndpoint
  readonly #dissection = new Dissection()
  readonly #connections = new Map<string, Connection>()

  constructor(move: MoveEndpoint) {
    this.#move = move
  }

  /**
   * The frame, which still has the addresses of the capture, with its texts and numbers moved: the same memory, or another one when its
   * length changes.
   * @param number of the packet, for messages
   * @throws GeneratorError for a text that does not lie within one segment
   */
  rewrite(frame: Uint8Array, number: number): Uint8Array {
    const segment = this.#segment(frame)
    if (segment === null) return frame
    const connection = this.#connection(frame, segment)
    const { from, ip, start, data, end, flags } = segment
    const [own, other] = [connection[from], connection[from === 'client' ? 'server' : 'client']]
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
    const [sequence, acknowledged] = [view.getUint32(start + 4), view.getUint32(start + 8)]
    const changes = data === end ? [] : this.#changes(frame, segment, own, sequence, number)
    if (changes.length > 0 && isFragment(frame, ip)) throw tooShort(number, 'is a fragment')
    if ((flags & flagBits.RST) !== 0 || ((flags & flagBits.FIN) !== 0 && from === 'server')) connection.isClosed = true

    const before = sumWords(frame, start, end) + end - start
    const moved = changes.length === 0 ? frame : replaced(frame, data, end, changes)
    const grown = changes.reduce((sum, change) => sum + change.text.length - (change.end - change.start), 0)
    const to = new DataView(moved.buffer, moved.byteOffset, moved.byteLength)
    to.setUint32(start + 4, own.shift.of(sequence))
    if ((flags & flagBits.ACK) !== 0) to.setUint32(start + 8, other.shift.of(acknowledged))
    moveSackBlocks(to, start + 20, data, other.shift)
    if (grown !== 0) growPacket(moved, ip, grown)
    const after = sumWords(moved, start, end + grown) + end + grown - start
    if (after !== before) adjust(moved, start + 16, after + foldSum(before))
    return moved
  }

  #segment(frame: Uint8Array): Segment | null {
    const { kind, at, end, extra, count } = this.#dissection.read(frame)
    if (count !== 3 || kind[2] !== kinds.tcp || !isPlain(frame, at[1] as number)) return null
    const [ip, start, data, stop] = [at[1] as number, at[2] as number, extra[2] as number, end[2] as number]
    if (data < start + 20 || data > stop) return null
    const [source, destination] = [read16(frame, start), read16(frame, start + 2)]
    if ((source === controlPort) === (destination === controlPort)) return null
    const from = source === controlPort ? 'server' : 'client'
    return { from, ip, start, data, end: stop, flags: frame[start + 13] as number }
  }

  #connection(frame: Uint8Array, { from, ip, start, flags }: Segment): Connection {
    const [place, size] = (frame[ip] as number) >> 4 === 4 ? [ip + 12, 4] : [ip + 8, 16]
    const addresses = Buffer.from(frame.buffer, frame.byteOffset + place, 2 * size)
    const [source, destination] = [addresses.toString('latin1', 0, size), addresses.toString('latin1', size)]
    const port = read16(frame, from === 'client' ? start : start + 2)
    const key = (from === 'client' ? source + destination : destination + source) + String.fromCharCode(port)
    const known = this.#connections.get(key)
    const isOpening = (flags & (flagBits.SYN | flagBits.ACK)) === flagBits.SYN
    const opened = isOpening ? new DataView(frame.buffer, frame.byteOffset).getUint32(start + 4) : null
    if (known !== undefined && (!isOpening || known.opened === opened)) return known
    if (known === undefined && this.#connections.size === most) this.#forgetOne()
    const fresh = { client: new Direction(), server: new Direction(), opened, isClosed: false }
    this.#connections.set(key, fresh)
    return fresh
  }

  #forgetOne(): void {
    for (const [key, { isClosed }] of this.#connections)
      if (isClosed) {
        this.#connections.delete(key)
        return
      }
    throw new GeneratorError('map', `ftp: more than ${most} control connections at a time; filter the capture`)
  }

  /** What changes in the payload of a segment: texts that were changed before, and new ones. */
  #changes(frame: Uint8Array, { from, data, end }: Segment, own: Direction, sequence: number, number: number) {
    const text = Buffer.from(frame.buffer, frame.byteOffset + data, end - data).toString('latin1')
    const next = (sequence + text.length) >>> 0
    const isNext = own.reached === null || own.reached === sequence
    const tail = isNext ? own.tail : ''
    if (namesEndpoint(tail + text, from) === 'yes' && tail !== '') throw tooShort(number, 'has only the end of one')
    const found = ftpChanges(text, from, tail !== '', this.#move).map(({ start, end, text }): Edit => {
      return { start: (sequence + start) >>> 0, end: (sequence + end) >>> 0, text }
    })
    const edits = own.shift.within(sequence, next)
    for (const edit of edits)
      if (distance(edit.start, sequence) < 0 || distance(edit.end, next) > 0)
        throw tooShort(number, 'repeats only a part of one')
    for (const edit of found) {
      if (edits.some(({ start }) => start === edit.start)) continue
      if (own.reached !== null && distance(edit.start, own.reached) < 0)
        throw tooShort(number, 'comes later than others that follow it')
      own.shift.add(edit)
      edits.push(edit)
    }
    const last = text.slice(text.lastIndexOf('\n') + 1)
    if (namesEndpoint(last, from) === 'yes' && (tail === '' || last !== text))
      throw tooShort(number, 'has only the beginning of one')
    if (own.reached === null || distance(next, own.reached) > 0) {
      own.reached = next
      own.tail = last === text ? tail + last : last
      own.tail = own.tail.slice(0, 8)
    }
    return edits.map(({ start, end, text }): TextChange => {
      return { start: distance(start, sequence), end: distance(end, sequence), text }
    })
  }
}

function tooShort(number: number, what: string): GeneratorError {
  return new GeneratorError(
    'map',
    `ftp: an address or port can be mapped only where its whole line is in one segment, and packet ${number} ${what}; filter the capture, or leave out ftp`,
  )
}

/** The frame with texts of its payload replaced. Bytes behind the packet stay, unless they only fill up a short frame. */
function replaced(frame: Uint8Array, data: number, end: number, changes: readonly TextChange[]): Uint8Array {
  const pieces: Uint8Array[] = []
  let at = 0
  for (const { start, end, text } of changes) {
    pieces.push(frame.subarray(at, data + start), Buffer.from(text, 'latin1'))
    at = data + end
  }
  pieces.push(frame.subarray(at, end))
  const isPadded = end < frame.length && frame.length <= shortestFrame
  if (!isPadded) pieces.push(frame.subarray(end))
  const whole = Uint8Array.from(Buffer.concat(pieces))
  if (!isPadded || whole.length >= shortestFrame) return whole
  const padded = new Uint8Array(shortestFrame)
  padded.set(whole)
  return padded
}

/** Options of the TCP header, RFC 9293 §3.1; those of kind 5 name the peer's numbers, RFC 2018 §3. */
function moveSackBlocks(view: DataView, start: number, end: number, shift: SequenceShift): void {
  for (let at = start; at + 1 < end && view.getUint8(at) !== 0; ) {
    const kind = view.getUint8(at)
    const length = kind === 1 ? 1 : view.getUint8(at + 1)
    if (length === 0 || at + length > end) return
    if (kind === 5)
      for (let edge = at + 2; edge + 4 <= at + length; edge += 4) view.setUint32(edge, shift.of(view.getUint32(edge)))
    at += length
  }
}

/** Total length of IPv4 with its checksum, payload length of IPv6. Zero, which stands for "as long as it is", stays. */
function growPacket(frame: Uint8Array, ip: number, grown: number): void {
  const isIpv4 = (frame[ip] as number) >> 4 === 4
  const field = isIpv4 ? ip + 2 : ip + 4
  const length = read16(frame, field)
  if (length === 0) return
  const delta = put16(frame, field, length + grown)
  if (isIpv4) adjust(frame, ip + 10, delta)
}

/** A first fragment of IPv4, or any packet of IPv6 with an extension header that says so. */
function isFragment(frame: Uint8Array, ip: number): boolean {
  const isIpv4 = (frame[ip] as number) >> 4 === 4
  return isIpv4 ? ((frame[ip + 6] as number) & 0x20) !== 0 : frame[ip + 6] === 44
}

/** Behind an EtherType, and not behind a header that tells the packet's length too, as PPPoE's does. */
function isPlain(frame: Uint8Array, ip: number): boolean {
  const type = read16(frame, ip - 2)
  return type === 0x0800 || type === 0x86dd
}

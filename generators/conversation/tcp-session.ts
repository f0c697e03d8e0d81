import { GeneratorError } from '../errors.ts'
import { merged } from '../merged.ts'
import type { Identity } from '../identity.ts'
import type { LayerSpec } from '../packets/stack.ts'
import { composeFrame } from './compose.ts'
import type { Frame, Offsets, Side } from './conversation.ts'
import { derive32 } from './derive.ts'
import { readLayer } from './layers.ts'
import { mostFrames } from './repeat.ts'
import type { Flag, TcpParameters } from './tcp-steps.ts'

/** One segment to send; everything that is not said is what the state of the connection makes correct. */
export interface Segment {
  from: Side
  flags: readonly Flag[]
  data: Uint8Array
  sequenceOffset: number
  /** Undefined: none asked for, so that a segment without ACK flag acknowledges 0. */
  acknowledgmentOffset?: number | undefined
  timestampOffset: number
  /** Set where the offsets are what is right in this place. */
  isRight?: boolean
  window?: number | undefined
  /** Sequence number to start from in place of the next one; for retransmissions. */
  sequence?: number | undefined
  counts?: boolean | undefined
  /** Fields that the scenario sets itself; they win. */
  tcp: Record<string, unknown>
  ipv4: Record<string, unknown>
  ipv6: Record<string, unknown>
  ethernet: Record<string, unknown>
  note: string
  delay?: number | undefined
}

/** A data segment as it was sent, so that it can be sent again. */
export interface Sent {
  sequence: number
  data: Uint8Array
  flags: readonly Flag[]
}

/** What one side knows: RFC 9293 §3.3.1. */
interface Half {
  /** Initial sequence number. */
  isn: number
  /** SND.NXT */
  next: number
  /** RCV.NXT; null until a SYN of the other side has come. */
  received: number | null
  /** Sequence number of its FIN, once sent. */
  finAt: number | null
  /** Start of its timestamp clock, and the TSval that it last got. */
  clock: number
  echo: number
  sent: Sent[]
}

/** One TCP connection between ghosts: keeps sequence and acknowledgment numbers of both sides and makes frames. */
export class TcpSession {
  readonly mss: number
  readonly ports: Record<Side, number>
  readonly #identity: Identity
  readonly #settings: TcpParameters
  readonly #frames: Frame[]
  readonly #halves: Record<Side, Half>
  #elapsed = 0

  /** @param frames of the whole conversation; segments are added to it */
  constructor(identity: Identity, settings: TcpParameters, ports: Record<Side, number>, frames: Frame[]) {
    this.#identity = identity
    this.#settings = settings
    this.#frames = frames
    this.ports = ports
    this.mss = settings.mss ?? (settings.ip === 4 ? 1460 : 1440)
    const purpose = `${ports.client} ${ports.server}`
    this.#halves = { client: this.#half('client', purpose), server: this.#half('server', purpose) }
  }

  /** Data segments that a side has sent, in order. */
  sent(side: Side): readonly Sent[] {
    return this.#halves[side].sent
  }

  /** Lets a side's data arrive without a frame for it. */
  skip(from: Side, bytes: number): void {
    const half = this.#halves[from]
    half.next = wrapped(half.next + bytes)
    this.#halves[other(from)].received = half.next
  }

  /** @throws GeneratorError at `path` when the segment cannot be encoded or the conversation gets too long */
  send(segment: Segment, path: string): void {
    if (this.#frames.length >= mostFrames)
      throw new GeneratorError(path, `more than ${mostFrames} frames in one conversation`)
    this.#elapsed += 1 + Math.round(segment.delay ?? 0)
    const half = this.#halves[segment.from]
    const flags = new Set(segment.flags)
    const sequence = wrapped(this.#sequenceFor(half, segment, flags) + segment.sequenceOffset)
    const values = this.#header(segment, flags, sequence)
    const frame: Frame = { from: segment.from, bytes: this.#encode(segment, values, path), note: segment.note, path }
    const offsets = segment.isRight ? {} : offsetsOf(segment)
    if (Object.keys(offsets).length > 0) frame.offsets = offsets
    if (segment.delay !== undefined && segment.delay > 0) frame.delay = segment.delay
    this.#frames.push(frame)
    const { data } = segment
    if (data.length > 0)
      half.sent.push({ sequence: wrapped(sequence + (flags.has('SYN') ? 1 : 0)), data, flags: segment.flags })
    if (segment.counts ?? segment.sequenceOffset === 0) this.#account(segment.from, sequence, flags, data.length)
  }

  #sequenceFor(half: Half, segment: Segment, flags: Set<Flag>): number {
    if (segment.sequence !== undefined) return segment.sequence
    if (flags.has('SYN')) return half.isn
    // RFC 9293 §3.5.2: a reset that answers a SYN, from a side that has sent nothing, starts at zero.
    if (flags.has('RST') && flags.has('ACK') && half.next === half.isn) return 0
    if (flags.has('FIN') && half.finAt !== null) return half.finAt
    return half.next
  }

  #header(segment: Segment, flags: Set<Flag>, sequence: number): Record<string, unknown> {
    const half = this.#halves[segment.from]
    const peer = this.#halves[other(segment.from)]
    // Before any SYN came there is nothing to acknowledge; the number after the other side's own is the plausible one.
    const acknowledgment = wrapped((half.received ?? peer.isn + 1) + (segment.acknowledgmentOffset ?? 0))
    const options = this.#options(segment, flags)
    const values = {
      sequenceNumber: sequence,
      acknowledgmentNumber: flags.has('ACK') || segment.acknowledgmentOffset !== undefined ? acknowledgment : 0,
      flags: [...flags],
      window: segment.window ?? (flags.has('RST') ? 0 : this.#settings.window),
    }
    return options.length > 0 ? merged(values, { options }) : values
  }

  #options(segment: Segment, flags: Set<Flag>): unknown[] {
    const { mss, sackPermitted, timestamps, windowScale } = this.#settings.options
    const half = this.#halves[segment.from]
    const options: unknown[] = []
    if (flags.has('SYN')) {
      if (mss) options.push({ type: 'mss', value: this.mss })
      if (sackPermitted) options.push('sackPermitted')
      if (windowScale !== undefined) options.push('nop', { type: 'windowScale', shift: windowScale })
    }
    if (timestamps) {
      const value = wrapped(half.clock + this.#elapsed + segment.timestampOffset)
      options.push('nop', 'nop', { type: 'timestamps', value, echo: flags.has('ACK') ? half.echo : 0 })
      if (segment.timestampOffset === 0) this.#halves[other(segment.from)].echo = value
    }
    return options
  }

  #encode(segment: Segment, values: Record<string, unknown>, path: string): Uint8Array {
    const { ip } = this.#settings
    const identity = this.#identity
    const given = (layer: 'ethernet' | 'ipv4' | 'ipv6' | 'tcp') =>
      isEmpty(segment[layer]) ? { layer, values: {} } : readLayer(layer, segment[layer], identity, `${path}.${layer}`)
    const stack: LayerSpec[] = [
      given('ethernet'),
      given(ip === 4 ? 'ipv4' : 'ipv6'),
      { layer: 'tcp', values: merged(values, given('tcp').values) },
    ]
    if (segment.data.length > 0) stack.push({ layer: 'payload', values: { data: segment.data } })
    return composeFrame(stack, { identity, from: segment.from, number: this.#frames.length, ports: this.ports }, path)
  }

  /** Both sides take the segment as sent and received. */
  #account(from: Side, sequence: number, flags: Set<Flag>, length: number): void {
    if (flags.has('RST')) return
    const half = this.#halves[from]
    const peer = this.#halves[other(from)]
    const syn = flags.has('SYN') ? 1 : 0
    const fin = flags.has('FIN') ? 1 : 0
    const end = wrapped(sequence + syn + length + fin)
    if (fin === 1) half.finAt = wrapped(end - 1)
    if (isAfter(end, half.next)) half.next = end
    if (syn === 0 && peer.received === null) return
    if (peer.received === null || isAfter(end, peer.received)) peer.received = end
  }

  #half(side: Side, purpose: string): Half {
    const { marker } = this.#identity
    const isn = derive32(marker, `${side} isn ${purpose}`)
    const clock = derive32(marker, `${side} clock`)
    return { isn, next: isn, received: null, finAt: null, clock, echo: 0, sent: [] }
  }
}

function isEmpty(values: Record<string, unknown>): boolean {
  for (const _ in values) return false
  return true
}

function offsetsOf({ sequenceOffset, acknowledgmentOffset, timestampOffset }: Segment): Offsets {
  const offsets: Offsets = {}
  if (sequenceOffset !== 0) offsets.sequenceNumber = sequenceOffset
  if (acknowledgmentOffset) offsets.acknowledgmentNumber = acknowledgmentOffset
  if (timestampOffset !== 0) offsets.timestamp = timestampOffset
  return offsets
}

/** The side across. */
export function other(side: Side): Side {
  return side === 'client' ? 'server' : 'client'
}

function wrapped(sequence: number): number {
  return sequence >>> 0
}

/** Whether `left` lies after `right` in the circle of sequence numbers, RFC 9293 §3.4. */
function isAfter(left: number, right: number): boolean {
  return ((left - right) | 0) > 0
}

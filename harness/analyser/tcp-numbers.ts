import type { Offsets } from '../../generators/conversation/conversation.ts'
import type { DecodedLayer } from '../../generators/packets/stack.ts'
import type { Mark } from './analysed.ts'

/** What the conversation around a TCP segment says of its fields. */
export interface TcpReading {
  /** Numbers counted from the first one of their side, as protocol analysers show them. */
  relative: { sequenceNumber: number; acknowledgmentNumber?: number }
  marks: Record<string, Mark>
}

/** Reads the TCP segments of a conversation one after another; RFC 9293 §3.4. */
export class TcpNumbers {
  /** The first sequence number by direction, `address port address port`. */
  readonly #first = new Map<string, number>()
  /** Directions in which a connection was asked for, and those of connections that are open. */
  readonly #opened = new Set<string>()
  readonly #open = new Set<string>()

  /** @param offsets by how much the generator was asked to get the numbers wrong */
  read(ip: DecodedLayer, tcp: DecodedLayer, offsets: Offsets = {}): TcpReading {
    const { sequenceNumber, acknowledgmentNumber, sourcePort, destinationPort } = tcp.values as Record<string, number>
    const flags = tcp.values.flags as readonly unknown[]
    const ends = [`${String(ip.values.source)} ${sourcePort}`, `${String(ip.values.destination)} ${destinationPort}`]
    const [own, peer] = [ends.join(' '), ends.toReversed().join(' ')]
    const sequence = sequenceNumber ?? 0
    const acknowledgment = acknowledgmentNumber ?? 0
    const offset = offsets.sequenceNumber ?? 0
    const marks: Record<string, Mark> = {}

    const why = this.#wrongFlags(own, peer, flags)
    if (why !== null) marks.flags = { kind: 'wrong', why }
    const start = flags.includes('SYN') ? sequence - offset : sequence - offset - 1
    if (!this.#first.has(own)) this.#first.set(own, start >>> 0)
    const acknowledges = flags.includes('ACK') || offsets.acknowledgmentNumber !== undefined
    if (acknowledges && !this.#first.has(peer))
      this.#first.set(peer, (acknowledgment - (offsets.acknowledgmentNumber ?? 0) - 1) >>> 0)

    const relative: TcpReading['relative'] = { sequenceNumber: this.#relative(own, sequence) }
    if (acknowledges) relative.acknowledgmentNumber = this.#relative(peer, acknowledgment)
    if (offset !== 0) marks.sequenceNumber = offMark(sequence, relative.sequenceNumber, offset)
    if (offsets.acknowledgmentNumber)
      marks.acknowledgmentNumber = offMark(
        acknowledgment,
        relative.acknowledgmentNumber ?? 0,
        offsets.acknowledgmentNumber,
      )
    if (offsets.timestamp !== undefined)
      marks.options = {
        kind: 'wrong',
        why: `its TSval lies ${distance(offsets.timestamp)} the clock of this side`,
        difference: offsets.timestamp,
      }
    return { relative, marks }
  }

  /** What the state of the connection says against the flags; RFC 9293 §3.10.7. */
  #wrongFlags(own: string, peer: string, flags: readonly unknown[]): string | null {
    const [isSyn, isAck] = [flags.includes('SYN'), flags.includes('ACK')]
    const isOpen = this.#open.has(own)
    const why = (() => {
      if (isSyn && isOpen) return 'the connection is open already'
      if (isSyn && !isAck) return null
      if (!this.#opened.has(own) && !this.#opened.has(peer)) return 'no SYN came before it: it belongs to no connection'
      if (isSyn && !this.#opened.has(peer))
        return 'this side asked for the connection, the answer is for the other to give'
      return null
    })()
    if (isSyn && !isAck) this.#opened.add(own)
    // The third segment of a handshake is the first with an ACK and no SYN from the side that asked.
    if (isAck && !isSyn && this.#opened.has(own)) for (const direction of [own, peer]) this.#open.add(direction)
    return why
  }

  #relative(direction: string, number: number): number {
    return (number - (this.#first.get(direction) ?? number)) | 0
  }
}

function offMark(value: number, relative: number, offset: number): Mark {
  return {
    kind: 'wrong',
    why: `${distance(offset)} the right number, ${relative - offset}`,
    right: (value - offset) >>> 0,
    difference: offset,
  }
}

function distance(offset: number): string {
  return `${Math.abs(offset)} ${offset > 0 ? 'beyond' : 'before'}`
}

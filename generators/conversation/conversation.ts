import type { FrameBatch } from './batches.ts'

/** Which of the two actors sends a frame. The client is the one that starts. */
export type Side = 'client' | 'server'

/** One Ethernet frame of a conversation, without frame check sequence. */
export interface Frame {
  from: Side
  /** The whole frame, destination MAC first. */
  bytes: Uint8Array
  /** Milliseconds to wait before sending, counted from the frame before; absent means at once. */
  delay?: number
  /** What this frame is, in words: `SYN`, `FIN of no connection`. */
  note: string
  /** Where in the generator's parameters it comes from: `steps[3].segment`. */
  path?: string
  /** By how much its numbers were asked to differ from the right ones; only those that do. */
  offsets?: Offsets
}

/** What a TCP segment was asked to get wrong, in units of the field. */
export interface Offsets {
  sequenceNumber?: number
  acknowledgmentNumber?: number
  /** TSval of the timestamps option. */
  timestamp?: number
}

/**
 * The one intermediate form of all packets: frames in the order in which they must be on the wire.
 * A pcap file, the live wires and an offline sensor all take it.
 */
export interface Conversation {
  /** May be gone through again and again, and is the same each time. */
  frames: Iterable<Frame>
  /** Present where the frames are not all in memory: what is known of them before they are made, one after another. */
  stream?: StreamFacts
}

/** A conversation whose frames are all in memory. */
export interface ListedConversation extends Conversation {
  frames: readonly Frame[]
}

/** What is known of a conversation that is made while it is played. */
export interface StreamFacts {
  /** At least one. */
  frames: number
  bytes: number
  /** The same frames for who keeps none: a batch is valid until the next one is asked for, which is faster. */
  batches: Iterable<FrameBatch>
  /** All delays together, milliseconds. */
  delayMs: number
  /** The beginning of one frame of every flow, headers and all; at most 10,000. */
  heads: readonly Uint8Array[]
  /** IP addresses that belong to the trial beside those of its identity. */
  addresses: readonly string[]
}

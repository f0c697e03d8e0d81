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
}

/**
 * The one intermediate form of all packets: frames in the order in which they must be on the wire.
 * A pcap file, the live wires and an offline sensor all take it.
 */
export interface Conversation {
  frames: readonly Frame[]
}

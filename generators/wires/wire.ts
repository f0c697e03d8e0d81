import type { PackedFrames } from '../conversation/packed-frames.ts'

export type { PackedFrames }

/** `ip`: raw-socket, the kernel routes and makes the Ethernet header. `frame`: a packet socket, whole frames as they are. */
export type WireName = 'ip' | 'frame'

/** What became of the frames that were handed to a wire, in the same order. */
export interface Sent {
  /** When the batch's first and last frame were given to the kernel, milliseconds since the epoch with fraction. */
  firstAt: number
  lastAt: number
  /** Frames that were not sent: index in the batch, ascending, and the errno's name (`EMSGSIZE`). */
  refused: { index: number; error: string }[]
}

/** A way onto the network. One `send` at a time: wait for it before the next. */
export interface Wire {
  /**
   * Sends whole Ethernet frames in order; a refused frame does not stop those after it.
   * The bytes must not change until the promise settles.
   * @throws WireError when the socket itself is broken
   */
  send(frames: readonly Uint8Array[]): Promise<Sent>
  close(): void
}

/** A wire that can send frames from where they lie, which is faster when they are many. */
export interface PackedWire extends Wire {
  /** As `send`. */
  sendPacked(frames: PackedFrames): Promise<Sent>
}

/** A socket that could not be opened, or that broke. A frame that the kernel refuses is no error but part of `Sent`. */
export class WireError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'WireError'
  }
}

/** Milliseconds since the epoch with fraction; never runs backwards within one process. */
export function epochNow(): number {
  return performance.timeOrigin + performance.now()
}

import type { Side } from '../../generators/conversation/conversation.ts'
import type { PackedFrames } from '../../generators/conversation/packed-frames.ts'
import type { Sent, WireName } from '../../generators/wires/wire.ts'

export type { PackedFrames, Sent, WireName }

/** One warm container with one agent process that sends what it is given. */
export interface Actor {
  readonly side: Side
  readonly containerId: string
  /**
   * Sends frames in order. Calls made while a batch is under way are put together into the next one.
   * @throws SandboxError when the agent or its container is gone.
   */
  send(wire: WireName, frames: readonly Uint8Array[]): Promise<Sent>
  /** As `send`, for many at once: their memory is the caller's again when this returns, not only when they are sent. */
  sendPacked(wire: WireName, frames: PackedFrames): Promise<Sent>
}

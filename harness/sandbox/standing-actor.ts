import type { Side } from '../../generators/conversation/conversation.ts'
import { type PackedFrames, unpackCopy } from '../../generators/conversation/packed-frames.ts'
import type { Actor, Sent, WireName } from './actor.ts'

/** One side of the sandbox: whoever plays it at the moment sends. */
export class StandingActor implements Actor {
  readonly side: Side
  #containerId: string
  #player: Promise<Actor>
  /** Null while there is none yet. */
  #present: Actor | null

  constructor(player: Actor) {
    this.side = player.side
    this.#containerId = player.containerId
    this.#player = Promise.resolve(player)
    this.#present = player
  }

  /** The container that plays it, or played it until its end. */
  get containerId(): string {
    return this.#containerId
  }

  /** Calls from now on wait for this player and go to it. */
  replaceBy(player: Promise<Actor>): void {
    this.#present = null
    this.#player = player.then((actor) => {
      this.#present = actor
      this.#containerId = actor.containerId
      return actor
    })
    this.#player.catch(() => undefined)
  }

  /** @throws SandboxError when the player is gone, or none could be had. */
  async send(wire: WireName, frames: readonly Uint8Array[]): Promise<Sent> {
    return (await this.#player).send(wire, frames)
  }

  /** @throws SandboxError as `send` */
  sendPacked(wire: WireName, frames: PackedFrames): Promise<Sent> {
    if (this.#present !== null) return this.#present.sendPacked(wire, frames)
    return this.send(wire, unpackCopy(frames))
  }
}

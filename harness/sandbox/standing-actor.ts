import type { Side } from '../../generators/conversation/conversation.ts'
import type { Actor, Sent, WireName } from './actor.ts'

/** One side of the sandbox: whoever plays it at the moment sends. */
export class StandingActor implements Actor {
  readonly side: Side
  #containerId: string
  #player: Promise<Actor>

  constructor(player: Actor) {
    this.side = player.side
    this.#containerId = player.containerId
    this.#player = Promise.resolve(player)
  }

  /** The container that plays it, or played it until its end. */
  get containerId(): string {
    return this.#containerId
  }

  /** Calls of `send` from now on wait for this player and go to it. */
  replaceBy(player: Promise<Actor>): void {
    this.#player = player.then((actor) => {
      this.#containerId = actor.containerId
      return actor
    })
    this.#player.catch(() => undefined)
  }

  /** @throws SandboxError when the player is gone, or none could be had. */
  async send(wire: WireName, frames: readonly Uint8Array[]): Promise<Sent> {
    return (await this.#player).send(wire, frames)
  }
}

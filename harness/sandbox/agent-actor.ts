import { createInterface } from 'node:readline'
import { decodeMessage, encodeRequest, type AgentInterface, type SentMessage } from '../../generators/agent/protocol.ts'
import type { Side } from '../../generators/conversation/conversation.ts'
import { SandboxError } from '../errors.ts'
import type { Actor, Sent, WireName } from './actor.ts'
import type { Container } from './container.ts'
import { Tail } from './tail.ts'

/** An actor and what its agent told of the network. */
export interface ConnectedActor extends Actor {
  readonly interface: AgentInterface
}

/** One call of `send` that waits for its turn or its answer. */
interface Call {
  wire: WireName
  frames: readonly Uint8Array[]
  resolve: (sent: Sent) => void
  reject: (error: SandboxError) => void
}

/** Frames of one request at most, so that a flood does not become one enormous line; a single call is never cut. */
const batchLimit = 8192

/**
 * Waits for the agent in a container to say that it is ready.
 * @throws SandboxError when it ends before, or says something else.
 */
export function connectActor(side: Side, container: Container): Promise<ConnectedActor> {
  return new Promise((resolve, reject) => {
    const said = new Tail(container.stderr)
    const link = new AgentLink(side, container)
    createInterface({ input: container.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      try {
        const message = decodeMessage(line)
        if (message.type === 'ready') {
          const actor = { side, containerId: container.id, interface: message.interface }
          resolve({ ...actor, send: (wire, frames) => link.send(wire, frames) })
        } else if (message.type === 'sent') link.answer(message)
        else link.refuse(message.id, message.error)
      } catch (error) {
        const broken = new SandboxError(`the ${side} actor said what is no answer: ${line.slice(0, 200)}`, {
          cause: error,
        })
        link.end(broken)
        reject(broken)
      }
    })
    container.stdin.on('error', () => undefined)
    void container.ended.then(async ({ why }) => {
      await said.ended
      const dead = new SandboxError(`the ${side} actor ${why}: ${said.text()}`)
      link.end(dead)
      reject(dead)
    })
  })
}

/** One request at a time; calls that come meanwhile are put together into the next one. */
class AgentLink {
  readonly #side: Side
  readonly #container: Container
  readonly #queue: Call[] = []
  #batch: Call[] = []
  #id = 0
  #dead: SandboxError | null = null

  constructor(side: Side, container: Container) {
    this.#side = side
    this.#container = container
  }

  send(wire: WireName, frames: readonly Uint8Array[]): Promise<Sent> {
    return new Promise((resolve, reject) => {
      if (this.#dead) return reject(this.#dead)
      this.#queue.push({ wire, frames, resolve, reject })
      // Left until the end of this turn of the event loop, so that calls made in one go travel together.
      if (this.#queue.length === 1 && this.#batch.length === 0) queueMicrotask(() => this.#next())
    })
  }

  answer({ id, firstAt, lastAt, refused }: SentMessage): void {
    if (id !== this.#id) return
    let start = 0
    for (const { frames, resolve } of this.#take()) {
      const end = start + frames.length
      const own = refused.filter(({ index }) => index >= start && index < end)
      resolve({ firstAt, lastAt, refused: own.map(({ index, error }) => ({ index: index - start, error })) })
      start = end
    }
    this.#next()
  }

  refuse(id: number | null, error: string): void {
    if (id !== null && id !== this.#id) return
    const failure = new SandboxError(`the ${this.#side} actor could not send: ${error}`)
    for (const { reject } of this.#take()) reject(failure)
    this.#next()
  }

  /** No answer will come any more. */
  end(error: SandboxError): void {
    this.#dead ??= error
    for (const { reject } of [...this.#take(), ...this.#queue.splice(0)]) reject(this.#dead)
  }

  #next(): void {
    const first = this.#queue[0]
    if (this.#batch.length > 0 || first === undefined) return
    let count = 1
    let frames = first.frames.length
    for (const call of this.#queue.slice(1)) {
      frames += call.frames.length
      if (call.wire !== first.wire || frames > batchLimit) break
      count += 1
    }
    this.#batch = this.#queue.splice(0, count)
    this.#id += 1
    const all = this.#batch.flatMap((call) => [...call.frames])
    this.#container.stdin.write(encodeRequest({ id: this.#id, wire: first.wire, frames: all }))
  }

  #take(): Call[] {
    const batch = this.#batch
    this.#batch = []
    return batch
  }
}

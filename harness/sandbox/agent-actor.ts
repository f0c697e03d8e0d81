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
  bytes: number
  resolve: (sent: Sent) => void
  reject: (error: SandboxError) => void
}

/** Frames of one request at most, so that a flood does not become one enormous message; a single call is never cut. */
const batchLimit = 8192
/** Calls of so many bytes are worth a request of their own, which goes out while the one before is being carried out. */
const largeCall = 128 * 1024
/** Requests under way at most. */
const mostUnderWay = 3

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

/** Calls that travel in one request. */
interface Request {
  id: number
  calls: Call[]
  /** Where it is written, when it is large; free again when it was answered, since the agent has read it by then. */
  memory: Uint8Array | null
}

/** Bytes for one large request; a larger one gets memory of its own. */
const requestMemory = 512 * 1024

/**
 * One request at a time; calls that come meanwhile are put together into the next one. Only large calls do not wait: they
 * keep the agent's input full.
 */
class AgentLink {
  readonly #side: Side
  readonly #container: Container
  readonly #queue: Call[] = []
  readonly #underWay: Request[] = []
  readonly #free: Uint8Array[] = []
  #id = 0
  #dead: SandboxError | null = null

  constructor(side: Side, container: Container) {
    this.#side = side
    this.#container = container
  }

  send(wire: WireName, frames: readonly Uint8Array[]): Promise<Sent> {
    return new Promise((resolve, reject) => {
      if (this.#dead) return reject(this.#dead)
      this.#queue.push({ wire, frames, bytes: bytesOf(frames), resolve, reject })
      // Left until the end of this turn of the event loop, so that calls made in one go travel together.
      if (this.#queue.length === 1) queueMicrotask(() => this.#next())
    })
  }

  answer({ id, firstAt, lastAt, refused }: SentMessage): void {
    let start = 0
    for (const { frames, resolve } of this.#take(id)) {
      const end = start + frames.length
      const own = refused.filter(({ index }) => index >= start && index < end)
      resolve({ firstAt, lastAt, refused: own.map(({ index, error }) => ({ index: index - start, error })) })
      start = end
    }
    this.#next()
  }

  refuse(id: number | null, error: string): void {
    const failure = new SandboxError(`the ${this.#side} actor could not send: ${error}`)
    for (const { reject } of this.#take(id ?? this.#underWay[0]?.id ?? 0)) reject(failure)
    this.#next()
  }

  /** No answer will come any more. */
  end(error: SandboxError): void {
    this.#dead ??= error
    const owed = this.#underWay.splice(0).flatMap(({ calls }) => calls)
    for (const { reject } of [...owed, ...this.#queue.splice(0)]) reject(this.#dead)
  }

  #next(): void {
    for (let first = this.#queue[0]; first !== undefined && this.#mayGo(first); first = this.#queue[0]) {
      let count = 1
      let frames = first.frames.length
      for (const call of this.#queue.slice(1)) {
        frames += call.frames.length
        if (call.wire !== first.wire || call.bytes >= largeCall || frames > batchLimit) break
        count += 1
      }
      const calls = this.#queue.splice(0, count)
      this.#id += 1
      const memory = first.bytes < largeCall ? null : (this.#free.pop() ?? new Uint8Array(requestMemory))
      this.#underWay.push({ id: this.#id, calls, memory })
      const all = calls.length === 1 ? first.frames : calls.flatMap((call) => [...call.frames])
      this.#container.stdin.write(encodeRequest({ id: this.#id, wire: first.wire, frames: all }, memory ?? undefined))
    }
  }

  #mayGo({ bytes }: Call): boolean {
    return this.#underWay.length === 0 || (bytes >= largeCall && this.#underWay.length < mostUnderWay)
  }

  /** The agent answers in order; an id that is not owed is nobody's. */
  #take(id: number): Call[] {
    if (this.#underWay[0]?.id !== id) return []
    const { calls, memory } = this.#underWay.shift() as Request
    if (memory !== null) this.#free.push(memory)
    return calls
  }
}

function bytesOf(frames: readonly Uint8Array[]): number {
  let bytes = 0
  for (const frame of frames) bytes += frame.length
  return bytes
}

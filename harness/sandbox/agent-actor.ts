import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import {
  decodeMessage,
  encodeRequest,
  encodeStoredRequest,
  type AgentInterface,
  type SentMessage,
} from '../../generators/agent/protocol.ts'
import { type PackedFrames, pack, unpackCopy } from '../../generators/conversation/packed-frames.ts'
import type { Side } from '../../generators/conversation/conversation.ts'
import { SandboxError } from '../errors.ts'
import type { Actor, Sent, WireName } from './actor.ts'
import type { AgentChannel } from './agent-channel.ts'
import type { Container } from './container.ts'
import type { FrameFile } from './frame-file.ts'
import { Tail } from './tail.ts'

/** An actor and what its agent told of the network. */
export interface ConnectedActor extends Actor {
  readonly interface: AgentInterface
}

/** Who waits for an answer about so many frames. */
interface Waiting {
  count: number
  resolve: (sent: Sent) => void
  reject: (error: SandboxError) => void
}

/** One call of `send` that waits for its turn or its answer. */
interface Call extends Waiting {
  wire: WireName
  frames: readonly Uint8Array[]
  bytes: number
}

/** Frames of one request at most, so that a flood does not become one enormous message; a single call is never cut. */
const batchLimit = 8192
/** Calls of so many bytes are worth a request of their own, which goes out while the ones before are being carried out. */
const largeCall = 32 * 1024
/** Large requests under way at most that travel with their frames; those in the file are as many as it has places. */
const mostUnderWay = 3

/**
 * Waits for the agent in a container to say that it is ready, over the channel or its standard output; there it gets what it is asked.
 * @param channel where frames lie for the agent if it says that it sees them; disposed when the container has ended
 * @throws SandboxError when it ends before, or says something else.
 */
export function connectActor(
  side: Side,
  container: Container,
  channel: Pick<AgentChannel, 'file' | 'connection' | typeof Symbol.dispose> | null = null,
): Promise<ConnectedActor> {
  return new Promise((resolve, reject) => {
    const said = new Tail(container.stderr)
    const link = new AgentLink(side, container.stdin)
    const onLine = (line: string, to: Writable) => {
      try {
        const message = decodeMessage(line)
        if (message.type === 'ready') {
          link.output = to
          link.file = message.frameFile && channel !== null ? channel.file : null
          const actor = { side, containerId: container.id, interface: message.interface }
          resolve({
            ...actor,
            send: (wire, frames) => link.send(wire, frames),
            sendPacked: (wire, frames) => link.sendPacked(wire, frames),
          })
        } else if (message.type === 'sent') link.answer(message)
        else link.refuse(message.id, message.error)
      } catch (error) {
        const broken = new SandboxError(`the ${side} actor said what is no answer: ${line.slice(0, 200)}`, {
          cause: error,
        })
        link.end(broken)
        reject(broken)
      }
    }
    const listen = (input: Readable, output: Writable) =>
      createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
        .on('line', (line) => onLine(line, output))
        // A connection that breaks does so because the container has ended, which says why.
        .on('error', () => undefined)
    listen(container.stdout, container.stdin)
    void channel?.connection.then((connection) => listen(connection, connection))
    container.stdin.on('error', () => undefined)
    void container.ended.then(async ({ why }) => {
      await said.ended
      const dead = new SandboxError(`the ${side} actor ${why}: ${said.text()}`)
      link.end(dead)
      channel?.[Symbol.dispose]()
      reject(dead)
    })
  })
}

/** Calls that travel in one request. */
interface Request {
  id: number
  calls: Waiting[]
  isLarge: boolean
  /** Where its frames lie in the file; null when they travel with it. */
  offset: number | null
}

/**
 * One small request at a time; calls that come meanwhile are put together into the next one. Only large calls do not wait: they
 * keep the agent busy.
 */
class AgentLink {
  readonly #side: Side
  readonly #queue: Call[] = []
  readonly #underWay: Request[] = []
  /** Where requests go. */
  output: Writable
  /** Where large calls leave their frames. */
  file: FrameFile | null = null
  #id = 0
  #dead: SandboxError | null = null

  constructor(side: Side, output: Writable) {
    this.#side = side
    this.output = output
  }

  send(wire: WireName, frames: readonly Uint8Array[]): Promise<Sent> {
    return new Promise((resolve, reject) => {
      if (this.#dead) return reject(this.#dead)
      this.#queue.push({ wire, frames, count: frames.length, bytes: bytesOf(frames), resolve, reject })
      if (this.#queue.length === 1) this.#nextSoon()
    })
  }

  sendPacked(wire: WireName, frames: PackedFrames): Promise<Sent> {
    const { bytes, lengths } = frames
    const isNext = this.#dead === null && this.#queue.length === 0 && this.file?.hasPlace === true
    if (!isNext || !this.#isStored({ wire, bytes: bytes.length, count: lengths.length }))
      return this.send(wire, unpackCopy(frames))
    return new Promise((resolve, reject) => this.#store(frames, { count: lengths.length, resolve, reject }))
  }

  answer({ id, firstAt, lastAt, refused }: SentMessage): void {
    let start = 0
    for (const { count, resolve } of this.#take(id)) {
      const end = start + count
      const own = refused.filter(({ index }) => index >= start && index < end)
      resolve({ firstAt, lastAt, refused: own.map(({ index, error }) => ({ index: index - start, error })) })
      start = end
    }
    this.#nextSoon()
  }

  refuse(id: number | null, error: string): void {
    const failure = new SandboxError(`the ${this.#side} actor could not send: ${error}`)
    for (const { reject } of this.#take(id ?? this.#underWay[0]?.id ?? 0)) reject(failure)
    this.#nextSoon()
  }

  /** No answer will come any more. */
  end(error: SandboxError): void {
    this.#dead ??= error
    const owed = this.#underWay.splice(0).flatMap(({ calls }) => calls)
    for (const { reject } of [...owed, ...this.#queue.splice(0)]) reject(this.#dead)
  }

  /** Left until the end of this turn of the event loop, so that calls that are made in it travel together. */
  #nextSoon(): void {
    setImmediate(() => this.#next())
  }

  #next(): void {
    for (let first = this.#queue[0]; first !== undefined && this.#mayGo(first); first = this.#queue[0]) {
      let count = 1
      let frames = first.count
      for (const call of this.#queue.slice(1)) {
        frames += call.count
        if (call.wire !== first.wire || call.bytes >= largeCall || frames > batchLimit) break
        count += 1
      }
      if (this.#isStored(first)) {
        this.#queue.shift()
        this.#store(pack(first.frames), first)
      } else this.#request(this.#queue.splice(0, count))
    }
  }

  #request(calls: Call[]): void {
    const [{ wire, frames, bytes }] = calls as [Call]
    const id = ++this.#id
    this.#underWay.push({ id, calls, isLarge: bytes >= largeCall, offset: null })
    const all = calls.length === 1 ? frames : calls.flatMap((call) => [...call.frames])
    this.output.write(encodeRequest({ id, wire, frames: all }))
  }

  #store(frames: PackedFrames, call: Waiting): void {
    const id = ++this.#id
    try {
      const stored = (this.file as FrameFile).put(id, frames)
      this.#underWay.push({ id, calls: [call], isLarge: true, offset: stored.offset })
      this.output.write(encodeStoredRequest(id, stored))
    } catch (error) {
      call.reject(error as SandboxError)
    }
  }

  #isStored({ wire, bytes, count }: Pick<Call, 'wire' | 'bytes' | 'count'>): boolean {
    return wire === 'frame' && bytes >= largeCall && this.file?.fits(bytes, count) === true
  }

  #mayGo(call: Call): boolean {
    if (this.#isStored(call)) return this.file?.hasPlace === true
    if (call.bytes < largeCall) return !this.#underWay.some(({ isLarge }) => !isLarge)
    return this.#underWay.length < mostUnderWay
  }

  /** The agent answers in order; an id that is not owed is nobody's. */
  #take(id: number): Waiting[] {
    if (this.#underWay[0]?.id !== id) return []
    const { calls, offset } = this.#underWay.shift() as Request
    if (offset !== null) this.file?.giveBack(offset)
    return calls
  }
}

function bytesOf(frames: readonly Uint8Array[]): number {
  let bytes = 0
  for (const frame of frames) bytes += frame.length
  return bytes
}

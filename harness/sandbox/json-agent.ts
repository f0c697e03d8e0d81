import { createInterface } from 'node:readline'
import { SandboxError } from '../errors.ts'
import type { Container } from './container.ts'
import { Tail } from './tail.ts'

/** A message of an agent: one JSON object a line, `id` being that of the request that it is about. */
export interface AgentSays {
  id: number
  type: string
  [more: string]: unknown
}

/** A request under way. Whatever the agent says about it is kept until it is asked for. */
export interface Asked {
  readonly id: number
  /**
   * The message of this type, once it is there.
   * @throws SandboxError when the agent says that the request has failed, or it is gone
   */
  says: (type: string) => Promise<AgentSays>
}

/** An agent in a container that carries out requests side by side. */
export class JsonAgent {
  readonly #name: string
  readonly #container: Container
  readonly #asked = new Map<number, Conversation>()
  #id = 0
  #dead: SandboxError | null = null
  /** Resolves when the agent has said that it is ready; rejects with a SandboxError when it has ended before. */
  readonly ready: Promise<unknown>

  /** @param name for messages: `the stage` */
  constructor(name: string, container: Container) {
    this.#name = name
    this.#container = container
    const hello = new Conversation(0)
    this.#asked.set(0, hello)
    this.ready = hello.says('ready')
    this.ready.catch(() => undefined)
    const complained = new Tail(container.stderr)
    createInterface({ input: container.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
      this.#take(line),
    )
    container.stdin.on('error', () => undefined)
    void container.ended.then(async ({ why }) => {
      await complained.ended
      this.#end(new SandboxError(`${name} ${why}: ${complained.text()}`))
    })
  }

  ask(request: { type: string; [more: string]: unknown }): Asked {
    const id = ++this.#id
    const asked = new Conversation(id)
    if (this.#dead) asked.fail(this.#dead)
    else {
      this.#asked.set(id, asked)
      this.#container.stdin.write(`${JSON.stringify({ ...request, id })}\n`)
    }
    return asked
  }

  #take(line: string): void {
    const message = parse(line)
    if (message === null) {
      this.#end(new SandboxError(`${this.#name} said what is no answer: ${line.slice(0, 200)}`))
      return
    }
    const asked = this.#asked.get(message.id)
    if (message.type === 'failed')
      asked?.fail(new SandboxError(`${this.#name} could not do it: ${String(message.error)}`))
    else asked?.take(message)
  }

  #end(error: SandboxError): void {
    this.#dead ??= error
    for (const asked of this.#asked.values()) asked.fail(error)
    this.#asked.clear()
  }
}

class Conversation implements Asked {
  readonly id: number
  readonly #said = new Map<string, AgentSays>()
  readonly #waiting = new Map<string, { resolve: (message: AgentSays) => void; reject: (error: Error) => void }[]>()
  #failure: SandboxError | null = null

  constructor(id: number) {
    this.id = id
  }

  says(type: string): Promise<AgentSays> {
    const said = this.#said.get(type)
    if (said) return Promise.resolve(said)
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#waiting.set(type, [...(this.#waiting.get(type) ?? []), { resolve, reject }])
    })
  }

  take(message: AgentSays): void {
    this.#said.set(message.type, message)
    for (const { resolve } of this.#waiting.get(message.type) ?? []) resolve(message)
    this.#waiting.delete(message.type)
  }

  fail(error: SandboxError): void {
    this.#failure ??= error
    for (const { reject } of [...this.#waiting.values()].flat()) reject(error)
    this.#waiting.clear()
  }
}

function parse(line: string): AgentSays | null {
  try {
    const value: unknown = JSON.parse(line)
    const { id, type } = (value ?? {}) as Partial<AgentSays>
    return typeof id === 'number' && typeof type === 'string' ? (value as AgentSays) : null
  } catch {
    return null
  }
}

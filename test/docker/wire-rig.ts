import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Duplex, PassThrough, type Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import Docker from 'dockerode'
import { type AgentInterface, decodeMessage, encodeRequest, type SentMessage } from '../../generators/agent/protocol.ts'
import { readLines } from '../../generators/agent/lines.ts'
import { type CapturedFrame, PcapReader } from '../../generators/wires/pcap-file.ts'
import type { WireName } from '../../generators/wires/wire.ts'
import { connectEngine } from '../../harness/sandbox/engine.ts'
import { ensureImages } from '../../harness/sandbox/images.ts'
import { objectLabels, type Role } from '../../harness/sandbox/labels.ts'
import { currentOwner } from '../../harness/sandbox/owner.ts'

const dist = fileURLToPath(new URL('../..', import.meta.url))
const root = join(dist, '..')
/** Longest wait for anything that ought to come at once, milliseconds. */
const patience = 60_000

/** A container and what it prints. */
export interface Started {
  id: string
  stdin: Duplex
  stdout: Readable
  stderr: Readable
  exit: Promise<number>
}

/** A network of its own with containers on it, all gone when it is disposed. */
export class Rig implements AsyncDisposable {
  readonly docker = new Docker()
  readonly session = `test-${randomBytes(4).toString('hex')}`
  readonly #containers: Docker.Container[] = []
  #network: Docker.Network | null = null

  /** The actor's image and the sensor's, which has tcpdump and ip; built when they are not there. */
  async images(): Promise<{ actor: string; sensor: string }> {
    const engine = await connectEngine({ host: process.env.DOCKER_HOST })
    const signal = AbortSignal.timeout(600_000)
    const { actor, sensor } = await ensureImages(engine, { root, dist, progress: () => {}, signal })
    return { actor: actor.name, sensor: sensor.name }
  }

  /** An internal bridge network with a /24 out of 198.19.0.0/16. Returns the subnet's first three numbers. */
  async network(): Promise<string> {
    for (let third = 255; third > 0; third--) {
      try {
        const config = [{ Subnet: `198.19.${third}.0/24` }]
        this.#network = await this.docker.createNetwork({
          Name: this.session,
          Internal: true,
          Labels: await this.#labels('network'),
          IPAM: { Driver: 'default', Config: config },
        })
        return `198.19.${third}`
      } catch (error) {
        if (!/overlap/i.test(String(error))) throw error
      }
    }
    throw new Error('no subnet is free')
  }

  /** Starts a container with the given capabilities and nothing else, attached. */
  async start(
    image: string,
    command: string[] | null,
    options: Docker.HostConfig & { CapAdd: string[] },
  ): Promise<Started> {
    const container = await this.docker.createContainer({
      Image: image,
      ...(command ? { Entrypoint: [], Cmd: command } : {}),
      Labels: await this.#labels('client'),
      OpenStdin: true,
      StdinOnce: true,
      HostConfig: {
        NetworkMode: this.session,
        CapDrop: ['ALL'],
        ReadonlyRootfs: true,
        SecurityOpt: ['no-new-privileges'],
        ...options,
      },
    })
    this.#containers.push(container)
    const stream = (await container.attach({
      stream: true,
      stdin: true,
      stdout: true,
      stderr: true,
      hijack: true,
    })) as Duplex
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    this.docker.modem.demuxStream(stream, stdout, stderr)
    stream.once('close', () => {
      stdout.end()
      stderr.end()
    })
    await container.start()
    const exit = container.wait().then(({ StatusCode }: { StatusCode: number }) => StatusCode)
    return { id: container.id, stdin: stream, stdout, stderr, exit }
  }

  /** What a sweep finds leftovers by, should this process be killed. */
  async #labels(role: Role): Promise<Record<string, string>> {
    return objectLabels(this.session, role, await currentOwner())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#containers.map((container) => container.remove({ force: true })))
    await this.#network?.remove()
  }
}

/** An agent in a container, spoken to as the harness does. */
export class AgentClient {
  readonly interface: AgentInterface
  readonly #container: Started
  readonly #answers: AsyncGenerator<unknown>
  #id = 0

  private constructor(container: Started, answers: AsyncGenerator<unknown>, ready: AgentInterface) {
    this.interface = ready
    this.#container = container
    this.#answers = answers
  }

  static async on(container: Started): Promise<AgentClient> {
    const answers = messages(container.stdout)
    const { value } = await soon(answers.next(), 'the agent to be ready')
    return new AgentClient(container, answers, (value as { interface: AgentInterface }).interface)
  }

  async send(wire: WireName, frames: readonly Uint8Array[]): Promise<SentMessage> {
    this.write(encodeRequest({ id: ++this.#id, wire, frames }))
    return (await this.answer()) as SentMessage
  }

  write(bytes: string | Uint8Array): void {
    this.#container.stdin.write(bytes)
  }

  async answer(): Promise<unknown> {
    return (await soon(this.#answers.next(), 'an answer of the agent')).value
  }
}

async function* messages(stdout: Readable): AsyncGenerator<unknown> {
  for await (const line of readLines(stdout, 1 << 24)) {
    if ('text' in line) yield decodeMessage(line.text)
  }
}

/** A tcpdump in a container, whose frames are kept as they come. */
export class Tap {
  #frames: CapturedFrame[] = []
  #changed: () => void = () => {}

  private constructor(container: Started) {
    const reader = new PcapReader()
    container.stdout.on('data', (chunk: Buffer) => {
      this.#frames.push(...reader.push(chunk))
      this.#changed()
    })
  }

  /** Resolves when it listens. A snapshot length near the MTU keeps the slots of its ring small, and so many. */
  static async on(rig: Rig, image: string, filter: string): Promise<Tap> {
    const options = ['-i', 'eth0', '-Z', 'root', '-U', '--immediate-mode', '-B', '32768', '-s', '2048', '-w', '-']
    const container = await rig.start(image, ['tcpdump', ...options, filter], { CapAdd: ['NET_RAW'] })
    const tap = new Tap(container)
    let said = ''
    await soon(
      new Promise<void>((resolve) => {
        container.stderr.on('data', (chunk: Buffer) => {
          said += chunk
          if (said.includes('listening on')) resolve()
        })
      }),
      'tcpdump to listen',
    )
    return tap
  }

  /** Waits until a frame matches and hands over all frames that came up to it. */
  async until(isLast: (bytes: Uint8Array) => boolean): Promise<Uint8Array[]> {
    let looked = 0
    const found = new Promise<Uint8Array[]>((resolve) => {
      this.#changed = () => {
        for (; looked < this.#frames.length; looked++) {
          if (!isLast(this.#frames[looked]?.bytes as Uint8Array)) continue
          this.#changed = () => {}
          return resolve(this.#frames.splice(0, looked + 1).map(({ bytes }) => bytes))
        }
      }
      this.#changed()
    })
    return soon(found, 'the last frame at the tap')
  }
}

/** Rejects when something takes longer than it ever should. */
export async function soon<Value>(promise: Promise<Value>, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${patience} ms for ${what}`)), patience)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** All that a stream brings until it ends. */
export async function textOf(stream: Readable): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

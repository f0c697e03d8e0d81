import { join } from 'node:path'
import type { Side } from '../../generators/conversation/conversation.ts'
import { SandboxError } from '../errors.ts'
import { captureFrames, type CapturedFrame } from '../witness/capture.ts'
import type { Actor } from './actor.ts'
import { AgentChannel } from './agent-channel.ts'
import { connectActor, type ConnectedActor } from './agent-actor.ts'
import type { Container } from './container.ts'
import { actorSpec, plumberSpec, tapSpec, type Unnamed } from './container-specs.ts'
import type { DockerEngine } from './engine.ts'
import type { Images } from './images.ts'
import { objectLabels, objectName, type Role } from './labels.ts'
import type { Network } from './network.ts'
import { currentOwner } from './owner.ts'
import { patiently } from './patience.ts'
import { layWires, relayWires, type SandboxWires, type Wiring } from './plumbing.ts'
import { StandingActor } from './standing-actor.ts'
import { startTap } from './tap.ts'
import { makeWorkDirectory, memoryParent, type WorkDirectory } from './work-directory.ts'

/** Two warm actors on wires that lead nowhere else, and a tap that sees both. Disposing removes all of it. */
export interface Sandbox extends AsyncDisposable {
  readonly actors: Record<Side, Actor>
  /** All that is on the wires once they are laid, in their order. One reader only, who must not be slow for long. */
  readonly capture: AsyncIterable<CapturedFrame>
  /** A sensor that joins this container's network sees what the witness sees. */
  readonly tapContainerId: string
  /** The subnet may differ from the one asked for. Its first eight addresses belong to the engine. */
  readonly network: { name: string; subnet: string }
  /** For further wires that lead to the same tap. */
  readonly wires: SandboxWires
  /** Resolves when the tap or the engine has died, or an actor that cannot be replaced any more; else stays pending. */
  readonly failed: Promise<SandboxError>
}

export interface SandboxOptions {
  engine: DockerEngine
  /** Lower-case letters, digits and hyphens; names every object. */
  session: string
  images: Pick<Images, 'actor' | 'sensor'>
  subnet: string
  /** An interface of the engine's host that gets a copy of every frame. */
  mirror?: string
  /** Called as soon as the tap's container runs and the network is there: a sensor can be started while the wires are laid. */
  onTap?: (containerId: string, subnet: string) => void
  signal: AbortSignal
  log?: (text: string) => void
  /** Told, in words, when an actor has died and another one has taken its place. */
  onReplaced?: (text: string) => void
}

/** Longest wait for any one step of opening, milliseconds. All of it takes two seconds on an idle machine. */
const patience = 60_000
/** Actors that are replaced in one sandbox; whatever kills more of them will not stop. */
const replacementsAtMost = 3

/**
 * Opens a sandbox.
 * @throws InputError for a subnet or mirror that cannot be used, SandboxError when the engine or a container fails, the
 * signal's reason. What was made until then is removed.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const building = new Building(options)
  try {
    return await building.open()
  } catch (error) {
    await building.close().catch((failure: unknown) => options.log?.(`cleaning up failed: ${String(failure)}`))
    throw error
  }
}

interface Launched {
  container: Container
  agent: Promise<ConnectedActor>
}

class Building {
  readonly #options: SandboxOptions
  readonly #launched: Promise<Container>[] = []
  #network: Network | null = null
  #frames: Promise<WorkDirectory> | null = null
  #closing = false
  #replaced = 0

  constructor(options: SandboxOptions) {
    this.#options = options
  }

  async open(): Promise<Sandbox> {
    const { engine, session, images, subnet, signal, mirror = null, log } = this.#options
    this.#frames = awaitedLater(memoryParent().then((parent) => makeWorkDirectory(session, parent)))
    const plumbing = awaitedLater(this.#launch('plumber', plumberSpec(images.sensor.name)))
    const tapping = awaitedLater(this.#launch('tap', tapSpec(images.sensor.name)))
    const name = objectName(session, 'network')
    const labels = await this.#labels('network')
    const network = await engine.createNetwork({ name, subnet, labels, signal })
    this.#network = network
    tapping.then(({ id }) => this.#options.onTap?.(id, network.subnet)).catch(() => undefined)
    log?.(`sandbox network ${network.subnet}`)
    const [tap, client, server] = await this.#wait('containers', [
      tapping,
      this.#launchActor('client'),
      this.#launchActor('server'),
    ])
    const pids = [tap.pid(), client.container.pid(), server.container.pid()] as const
    const [tapPid, clientPid, serverPid] = await this.#wait('containers', pids)
    const tapName = `tocsin-${tap.id.slice(0, 8)}`
    const wiring = { bridge: network.bridge, tapName, tapPid, clientPid, serverPid, mirror }
    const capturing = plumbing.then((plumber) => layWires(plumber, wiring)).then(() => startTap(tap))
    const [clientActor, serverActor] = await this.#wait('actors and wires', [client.agent, server.agent, capturing])
    void plumbing.then((plumber) => plumber.remove()).catch(() => undefined)
    const actors = { client: new StandingActor(clientActor), server: new StandingActor(serverActor) }
    return {
      actors,
      capture: captureFrames(tap.stdout),
      tapContainerId: tap.id,
      network: { name, subnet: network.subnet },
      wires: { bridge: wiring.bridge, tapName, mirror },
      failed: this.#failure(tap, { client: client.container, server: server.container }, actors, wiring),
      [Symbol.asyncDispose]: () => this.close(),
    }
  }

  /** Removes all that was made, and throws the first failure only when the rest is done. */
  async close(): Promise<void> {
    this.#closing = true
    const removed = this.#launched.map(async (one) => (await one.catch(() => null))?.remove())
    const failures = (await Promise.allSettled(removed)).filter((one) => one.status === 'rejected')
    await this.#network?.remove()
    await (await this.#frames?.catch(() => null))?.[Symbol.asyncDispose]()
    if (failures[0]) throw failures[0].reason
  }

  /** Noted before anything is awaited, so that closing finds it however early that comes. */
  #launch(role: Role, spec: Unnamed, replacement = 0): Promise<Container> {
    const launching = this.#create(role, spec, replacement)
    this.#launched.push(launching)
    return launching
  }

  async #create(role: Role, spec: Unnamed, replacement: number): Promise<Container> {
    const { engine, session, signal } = this.#options
    const labels = await this.#labels(role)
    signal.throwIfAborted()
    if (this.#closing) throw new SandboxError('the sandbox is being closed')
    const name = objectName(session, role)
    return engine.launch({ ...spec, name: replacement === 0 ? name : `${name}-${replacement}`, labels })
  }

  /** An actor's container, and its agent as soon as that is ready. */
  async #launchActor(side: Side, replacement = 0): Promise<Launched> {
    const { images, session } = this.#options
    const { path } = (await this.#frames) as WorkDirectory
    const channel = new AgentChannel(join(path, `${side}-${replacement}`))
    const spec = actorSpec(images.actor.name, objectName(session, 'network'), channel.path)
    try {
      const container = await this.#launch(side, spec, replacement)
      return { container, agent: awaitedLater(connectActor(side, container, channel)) }
    } catch (error) {
      channel[Symbol.dispose]()
      throw error
    }
  }

  async #labels(role: Role): Promise<Record<string, string>> {
    return objectLabels(this.#options.session, role, await currentOwner())
  }

  #wait<T extends readonly Promise<unknown>[]>(what: string, promises: readonly [...T]) {
    for (const one of promises) void awaitedLater(one)
    return patiently(Promise.all(promises), {
      ms: patience,
      signal: this.#options.signal,
      late: () => new SandboxError(`the sandbox's ${what} were not ready within ${patience / 1000} s`),
    })
  }

  #failure(
    tap: Container,
    containers: Record<Side, Container>,
    actors: Record<Side, StandingActor>,
    wiring: Wiring,
  ): Promise<SandboxError> {
    return new Promise((resolve) => {
      const watch = (role: string, container: Container, onEnd: (why: string) => void) =>
        void container.ended.then(({ why }) => {
          if (!this.#closing) onEnd(`the ${role} of the sandbox ${why}`)
        })
      const stand = (side: Side, container: Container) =>
        watch(`${side} actor`, container, (why) => {
          const next = awaitedLater(this.#replace(side, why, wiring))
          actors[side].replaceBy(next.then(({ actor }) => actor))
          next.then(
            (replacement) => {
              stand(side, replacement.container)
              this.#options.onReplaced?.(`${why}; another one has taken its place`)
            },
            (error: unknown) =>
              resolve(error instanceof SandboxError ? error : new SandboxError(why, { cause: error })),
          )
        })
      watch('tap', tap, (why) => resolve(new SandboxError(why)))
      stand('client', containers.client)
      stand('server', containers.server)
    })
  }

  /** Another container for a side, on wires of its own. @throws SandboxError */
  async #replace(side: Side, why: string, wiring: Wiring): Promise<{ actor: Actor; container: Container }> {
    this.#replaced += 1
    if (this.#replaced > replacementsAtMost) throw new SandboxError(`${why}, as ${replacementsAtMost} before it`)
    const plumber = plumberSpec(this.#options.images.sensor.name)
    const plumbing = awaitedLater(this.#launch('plumber', plumber, this.#replaced))
    const { container, agent } = await this.#launchActor(side, this.#replaced)
    wiring[side === 'client' ? 'clientPid' : 'serverPid'] = await container.pid()
    await relayWires(await plumbing, wiring)
    void plumbing.then((plumber) => plumber.remove()).catch(() => undefined)
    return { actor: await agent, container }
  }
}

/** When another step fails first, nobody awaits this one any more; its failure must not count as unhandled. */
function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

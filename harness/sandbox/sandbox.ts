import type { Side } from '../../generators/conversation/conversation.ts'
import { SandboxError } from '../errors.ts'
import { captureFrames, type CapturedFrame } from '../witness/capture.ts'
import type { Actor } from './actor.ts'
import { connectActor } from './agent-actor.ts'
import type { Container } from './container.ts'
import { actorSpec, plumberSpec, tapSpec, type Unnamed } from './container-specs.ts'
import type { DockerEngine } from './engine.ts'
import type { Images } from './images.ts'
import { objectLabels, objectName, type Role } from './labels.ts'
import type { Network } from './network.ts'
import { currentOwner } from './owner.ts'
import { patiently } from './patience.ts'
import { layWires } from './plumbing.ts'
import { startTap } from './tap.ts'

/** Two warm actors on wires that lead nowhere else, and a tap that sees both. Disposing removes all of it. */
export interface Sandbox extends AsyncDisposable {
  readonly actors: Record<Side, Actor>
  /** All that is on the wires once they are laid, in their order. One reader only, who must not be slow for long. */
  readonly capture: AsyncIterable<CapturedFrame>
  /** A sensor that joins this container's network sees what the witness sees. */
  readonly tapContainerId: string
  /** The subnet may differ from the one asked for. Its first eight addresses belong to the engine. */
  readonly network: { name: string; subnet: string }
  /** Resolves when an actor, the tap or the engine has died; stays pending while all is well and after disposal. */
  readonly failed: Promise<SandboxError>
}

export interface SandboxOptions {
  engine: DockerEngine
  /** Lower-case letters, digits and hyphens; names every object. */
  session: string
  images: Images
  subnet: string
  /** An interface of the engine's host that gets a copy of every frame. */
  mirror?: string
  /** Called as soon as the tap's container runs: a sensor can be started while the wires are laid. */
  onTap?: (containerId: string) => void
  signal: AbortSignal
  log?: (text: string) => void
}

/** Longest wait for any one step of opening, milliseconds. All of it takes two seconds on an idle machine. */
const patience = 60_000

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

class Building {
  readonly #options: SandboxOptions
  readonly #launched: Promise<Container>[] = []
  #network: Network | null = null
  #closing = false

  constructor(options: SandboxOptions) {
    this.#options = options
  }

  async open(): Promise<Sandbox> {
    const { engine, images, subnet, signal, mirror = null, log } = this.#options
    const plumbing = awaitedLater(this.#launch('plumber', plumberSpec(images.sensor.name)))
    const tapping = awaitedLater(this.#launch('tap', tapSpec(images.sensor.name)))
    tapping.then(({ id }) => this.#options.onTap?.(id)).catch(() => undefined)
    const name = objectName(this.#options.session, 'network')
    const labels = await this.#labels('network')
    this.#network = await engine.createNetwork({ name, subnet, labels, signal })
    log?.(`sandbox network ${this.#network.subnet}`)
    const [tap, client, server] = await this.#wait('containers', [
      tapping,
      this.#launch('client', actorSpec(images.actor.name, name)),
      this.#launch('server', actorSpec(images.actor.name, name)),
    ])
    const actors = [awaitedLater(connectActor('client', client)), awaitedLater(connectActor('server', server))] as const
    const [tapPid, clientPid, serverPid] = await this.#wait('containers', [tap.pid(), client.pid(), server.pid()])
    const tapName = `tocsin-${tap.id.slice(0, 8)}`
    const wiring = { bridge: this.#network.bridge, tapName, tapPid, clientPid, serverPid, mirror }
    const capturing = plumbing.then((plumber) => layWires(plumber, wiring)).then(() => startTap(tap))
    const [clientActor, serverActor] = await this.#wait('actors and wires', [...actors, capturing])
    void plumbing.then((plumber) => plumber.remove()).catch(() => undefined)
    return {
      actors: { client: clientActor, server: serverActor },
      capture: captureFrames(tap.stdout),
      tapContainerId: tap.id,
      network: { name, subnet: this.#network.subnet },
      failed: this.#failure({ 'client actor': client, 'server actor': server, tap }),
      [Symbol.asyncDispose]: () => this.close(),
    }
  }

  /** Removes all that was made, and throws the first failure only when the rest is done. */
  async close(): Promise<void> {
    this.#closing = true
    const removed = this.#launched.map(async (one) => (await one.catch(() => null))?.remove())
    const failures = (await Promise.allSettled(removed)).filter((one) => one.status === 'rejected')
    await this.#network?.remove()
    if (failures[0]) throw failures[0].reason
  }

  async #launch(role: Role, spec: Unnamed): Promise<Container> {
    const { engine, session, signal } = this.#options
    signal.throwIfAborted()
    const labels = await this.#labels(role)
    const launching = engine.launch({ ...spec, name: objectName(session, role), labels })
    this.#launched.push(launching)
    return launching
  }

  async #labels(role: Role): Promise<Record<string, string>> {
    return objectLabels(this.#options.session, role, await currentOwner())
  }

  #wait<T extends readonly unknown[]>(what: string, promises: [...{ [K in keyof T]: Promise<T[K]> }]): Promise<T> {
    for (const one of promises) awaitedLater(one)
    return patiently(Promise.all(promises) as unknown as Promise<T>, {
      ms: patience,
      signal: this.#options.signal,
      late: () => new SandboxError(`the sandbox's ${what} were not ready within ${patience / 1000} s`),
    })
  }

  #failure(containers: Record<string, Container>): Promise<SandboxError> {
    return new Promise((resolve) => {
      for (const [role, container] of Object.entries(containers)) {
        void container.ended.then(({ why }) => {
          if (!this.#closing) resolve(new SandboxError(`the ${role} of the sandbox ${why}`))
        })
      }
    })
  }
}

/** When another step fails first, nobody awaits this one any more; its failure must not count as unhandled. */
function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

import type { Identity } from '../../generators/identity.ts'
import { SandboxError } from '../errors.ts'
import type { Container } from './container.ts'
import { listenerSpec, plumberSpec, stageSpec, type Unnamed, witnessSpec } from './container-specs.ts'
import type { DockerEngine } from './engine.ts'
import type { Images } from './images.ts'
import { JsonAgent } from './json-agent.ts'
import { objectLabels, objectName, type Role } from './labels.ts'
import { currentOwner } from './owner.ts'
import { patiently } from './patience.ts'
import { layStageWires } from './stage-wires.ts'
import type { SandboxWires } from './plumbing.ts'

/** Where processes run, what they talk to, and who looks at them from outside. Disposing removes all three. */
export interface Stage extends AsyncDisposable {
  readonly stage: JsonAgent
  readonly listener: JsonAgent
  readonly witness: JsonAgent
  /** The container in which processes run: an endpoint sensor must watch it. */
  readonly container: Pick<Container, 'id' | 'pid'>
  /** Resolves when one of its containers has died; else stays pending. */
  readonly failed: Promise<SandboxError>
}

export interface StageOptions {
  engine: DockerEngine
  session: string
  images: Pick<Images, 'sensor' | 'stage'>
  /** The sandbox's network, on whose wires it is put. */
  network: string
  wires: SandboxWires
  /** Whose addresses are spoken with: the client's on the stage, the server's at the listener. */
  identities: readonly Pick<Identity, 'client' | 'server'>[]
  signal: AbortSignal
}

const patience = 60_000

/**
 * Opens a stage on the wires of a sandbox. Kernels own the addresses: what is on the wire are real sockets.
 * @throws SandboxError when the engine or a container fails; the signal's reason. What was made until then is removed.
 */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { engine, session, images, network, wires, identities, signal } = options
  const launched: Promise<Container>[] = []
  let closing = false
  const launch = async (role: Role, spec: Unnamed): Promise<Container> => {
    const labels = objectLabels(session, role, await currentOwner())
    signal.throwIfAborted()
    return engine.launch({ ...spec, name: `${objectName(session, role)}${role === 'plumber' ? '-stage' : ''}`, labels })
  }
  const start = (role: Role, spec: Unnamed): Promise<Container> => {
    const launching = launch(role, spec)
    launching.catch(() => undefined)
    launched.push(launching)
    return launching
  }
  const close = async () => {
    closing = true
    const removed = await Promise.allSettled(launched.map(async (one) => (await one.catch(() => null))?.remove()))
    const failed = removed.find((one) => one.status === 'rejected')
    if (failed) throw failed.reason
  }
  const building = async (): Promise<Stage> => {
    const plumbing = start('plumber', plumberSpec(images.sensor.name))
    const [container, listening] = await Promise.all([
      start('stage', stageSpec(images.stage.name, network)),
      start('listener', listenerSpec(images.stage.name, network)),
    ])
    const [stagePid, listenerPid] = await Promise.all([container.pid(), listening.pid()])
    const looking = start('witness', witnessSpec(images.stage.name, stagePid))
    await layStageWires(await plumbing, { ...wires, stagePid, listenerPid, identities })
    void plumbing.then((plumber) => plumber.remove()).catch(() => undefined)
    const witnessing = await looking
    const agents = {
      stage: new JsonAgent('the stage', container),
      listener: new JsonAgent('the listener', listening),
      witness: new JsonAgent('the witness of processes', witnessing),
    }
    await Promise.all([agents.stage.ready, agents.listener.ready, agents.witness.ready])
    const parts = { stage: container, listener: listening, 'witness of processes': witnessing }
    return {
      ...agents,
      container,
      failed: new Promise((resolve) => {
        for (const [name, one] of Object.entries(parts))
          void one.ended.then(({ why }) => !closing && resolve(new SandboxError(`the ${name} of the sandbox ${why}`)))
      }),
      [Symbol.asyncDispose]: close,
    }
  }
  try {
    return await patiently(building(), {
      ms: patience,
      signal,
      late: () => new SandboxError(`the stage was not ready within ${patience / 1000} s`),
    })
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}

import type { Duplex, Readable, Writable } from 'node:stream'
import type Docker from 'dockerode'
import { SandboxError } from '../errors.ts'
import { isStatus, reason } from './engine-error.ts'
import { splitOutput } from './output.ts'
import { answered } from './patience.ts'

/** A host folder or file in a container; written to unless `readOnly`. */
export interface Mount {
  source: string
  target: string
  readOnly?: boolean
}

/** A container to be made. What is not said is refused: no capability, no writable root, no privilege to be gained. */
export interface ContainerSpec {
  name: string
  image: string
  command: string[]
  labels: Record<string, string>
  /** Network name, `host`, `none`, or `container:<id>`. */
  network: string
  /** `host`: sees the processes of the engine's host. */
  pid?: 'host'
  capabilities: string[]
  memoryBytes: number
  /** Most processes and threads. */
  pids: number
  /** Processors that it may run on, `0` or `0-1`; any when absent. */
  processors?: string
  mounts?: Mount[]
  /** Folders in memory: path to mount options. */
  tmpfs?: Record<string, string>
  /** More security options of Docker's, beside `no-new-privileges`. */
  security?: string[]
}

/** How a container ended: its exit status, or null when the engine could not say. */
export interface Ending {
  code: number | null
  why: string
}

/** A running container with its streams attached. */
export interface Container {
  readonly id: string
  readonly name: string
  /** Ending it closes the container's standard input. */
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves, and never rejects, when the container has ended or the engine is gone. */
  readonly ended: Promise<Ending>
  /** Process id of its first process on the engine's host. */
  pid: () => Promise<number>
  /** Sends a signal (`SIGTERM`) to its first process; nothing happens when it has ended. */
  kill: (signal: string) => Promise<void>
  /** Kills and removes it; nothing happens when it is gone. */
  remove: () => Promise<void>
}

/**
 * Creates a container, attaches to its streams and starts it.
 * @throws SandboxError when the engine refuses; what was made is removed again.
 */
export async function launch(docker: Docker, spec: ContainerSpec): Promise<Container> {
  let created: Docker.Container
  try {
    created = await docker.createContainer(createOptions(spec))
  } catch (error) {
    throw new SandboxError(`container ${spec.name} could not be created: ${reason(error)}`, { cause: error })
  }
  try {
    const attached = (await created.attach({
      stream: true,
      stdin: true,
      stdout: true,
      stderr: true,
      hijack: true,
    })) as Duplex
    // The streams below end when the connection breaks; the cause comes out through `ended`.
    attached.on('error', () => undefined)
    await created.start()
    return {
      id: created.id,
      name: spec.name,
      stdin: attached,
      ...splitOutput(attached),
      ended: ending(created, attached),
      pid: async () => (await created.inspect()).State.Pid,
      kill: (signal) => killContainer(created, signal),
      remove: () => removeContainer(docker, created.id),
    }
  } catch (error) {
    await removeContainer(docker, created.id).catch(() => undefined)
    throw new SandboxError(`container ${spec.name} could not be started: ${reason(error)}`, { cause: error })
  }
}

/**
 * Kills and removes a container with its anonymous volumes; nothing happens when it is gone.
 * @throws SandboxError when the engine cannot.
 */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id)
  try {
    await answered(container.remove({ force: true, v: true }))
  } catch (error) {
    if (isStatus(error, 404)) return
    // Somebody else is removing it; its network can only go when that is done.
    if (isStatus(error, 409))
      return void (await answered(container.wait({ condition: 'removed' })).catch(() => undefined))
    throw new SandboxError(`container ${id.slice(0, 12)} could not be removed: ${reason(error)}`, { cause: error })
  }
}

/**
 * Sends a signal; SIGKILL resolves when the container has ended. Nothing happens when it does not run.
 * @throws SandboxError when the engine cannot.
 */
export async function killContainer(container: Docker.Container, signal: string): Promise<void> {
  try {
    await answered(container.kill({ signal }))
  } catch (error) {
    if (isStatus(error, 404, 409)) return
    throw new SandboxError(`${signal} for container ${container.id.slice(0, 12)}: ${reason(error)}`, { cause: error })
  }
}

/**
 * The engine's answer to a wait is lost without a word when its connection breaks, so the end of the attached streams
 * counts as well: then the engine is asked again.
 */
async function ending(container: Docker.Container, attached: Duplex): Promise<Ending> {
  const streamsEnded = new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error']) attached.once(event, resolve)
  })
  const askedAgain = streamsEnded.then(() => container.inspect()).then(() => waited(container), lost)
  return Promise.race([waited(container), askedAgain])
}

async function waited(container: Docker.Container): Promise<Ending> {
  try {
    const { StatusCode: code } = (await container.wait()) as { StatusCode: number }
    const signal = code > 128 ? ` (signal ${code - 128})` : ''
    return { code, why: `exited with status ${code}${signal}` }
  } catch (error) {
    return lost(error)
  }
}

function lost(error: unknown): Ending {
  if (isStatus(error, 404)) return { code: null, why: 'was removed' }
  return { code: null, why: `cannot be watched any more, the engine is gone (${reason(error)})` }
}

/** As the engine takes it. `z` lets the container in there where SELinux is enforcing; elsewhere it means nothing. */
export function bindOf({ source, target, readOnly }: Mount): string {
  return `${source}:${target}:${readOnly ? 'ro,' : ''}z`
}

function createOptions(spec: ContainerSpec): Docker.ContainerCreateOptions {
  return {
    name: spec.name,
    Image: spec.image,
    Entrypoint: [],
    Cmd: spec.command,
    Labels: spec.labels,
    User: '0:0',
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    HostConfig: {
      NetworkMode: spec.network,
      ...(spec.pid ? { PidMode: spec.pid, UsernsMode: 'host' } : {}),
      CapDrop: ['ALL'],
      CapAdd: spec.capabilities,
      SecurityOpt: ['no-new-privileges', ...(spec.security ?? [])],
      ReadonlyRootfs: true,
      Memory: spec.memoryBytes,
      MemorySwap: spec.memoryBytes,
      PidsLimit: spec.pids,
      ...(spec.processors === undefined ? {} : { CpusetCpus: spec.processors }),
      Tmpfs: spec.tmpfs ?? {},
      Binds: (spec.mounts ?? []).map(bindOf),
      // What is printed comes to us over the attached streams; a copy in the engine's log would only fill its disk.
      LogConfig: { Type: 'none', Config: {} },
    },
  }
}

import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { SandboxError } from '../errors.ts'
import { isStatus, reason } from './engine-error.ts'
import { EngineFailure, followProgress } from './progress.ts'

/** An image on the engine. */
export interface ImageRef {
  /** `tocsin/actor:0123456789ab` */
  name: string
  /** The engine's id of it, `sha256:...`. */
  digest: string
}

/** The engine's images. Long tasks end early, with the signal's reason, when their signal fires. */
export interface ImageStore {
  find: (name: string) => Promise<ImageRef | null>
  /** Tagged images of a repository, newest first. */
  list: (repository: string) => Promise<ImageRef[]>
  /** @throws EngineFailure when no registry has it, or none answers */
  pull: (name: string, task: Task) => Promise<void>
  /** Makes an image of a root file system in a tar stream. @throws EngineFailure */
  import: (name: string, tar: Readable, task: Task) => Promise<void>
  /** Builds with the engine's classic builder, on the host's network. @throws EngineFailure */
  build: (name: string, tar: Readable, task: Task & { arguments: Record<string, string> }) => Promise<void>
  /** Removes a tag, and the image with its last one. False when a container still uses it. */
  remove: (name: string) => Promise<boolean>
}

export interface Task {
  /** What the engine says on the way, for a person to read. */
  onText: (text: string) => void
  signal: AbortSignal
}

export function imageStore(docker: Docker): ImageStore {
  return {
    find: (name) => find(docker, name),
    list: (repository) => list(docker, repository),
    pull: (name, task) =>
      run(task, () => docker.createImage({ ...split(name, 'fromImage'), abortSignal: task.signal })),
    import: (name, tar, task) =>
      run(task, () => docker.importImage(tar, { ...split(name, 'repo'), abortSignal: task.signal })),
    build: (name, tar, task) =>
      run(task, () =>
        docker.buildImage(tar, {
          t: name,
          buildargs: task.arguments,
          networkmode: 'host',
          rm: true,
          forcerm: true,
          abortSignal: task.signal,
        }),
      ),
    remove: (name) => remove(docker, name),
  }
}

async function find(docker: Docker, name: string): Promise<ImageRef | null> {
  try {
    return { name, digest: (await docker.getImage(name).inspect()).Id }
  } catch (error) {
    if (isStatus(error, 404)) return null
    throw new SandboxError(`image ${name} could not be looked up: ${reason(error)}`, { cause: error })
  }
}

async function list(docker: Docker, repository: string): Promise<ImageRef[]> {
  const images = await docker.listImages({ filters: { reference: [`${repository}:*`] } })
  return images
    .sort((a, b) => b.Created - a.Created)
    .flatMap(({ Id, RepoTags }) =>
      (RepoTags ?? []).filter((tag) => tag.startsWith(`${repository}:`)).map((name) => ({ name, digest: Id })),
    )
}

async function run(task: Task, start: () => Promise<NodeJS.ReadableStream>): Promise<void> {
  let stream: NodeJS.ReadableStream
  try {
    task.signal.throwIfAborted()
    stream = await start()
  } catch (error) {
    task.signal.throwIfAborted()
    throw new EngineFailure(reason(error), { cause: error })
  }
  await followProgress(stream as Readable, task.onText, task.signal)
}

async function remove(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getImage(name).remove()
    return true
  } catch (error) {
    if (isStatus(error, 404)) return true
    if (isStatus(error, 409)) return false
    throw new SandboxError(`image ${name} could not be removed: ${reason(error)}`, { cause: error })
  }
}

function split(name: string, key: 'fromImage' | 'repo'): Record<string, string> {
  const colon = name.lastIndexOf(':')
  return { [key]: name.slice(0, colon), tag: name.slice(colon + 1) }
}

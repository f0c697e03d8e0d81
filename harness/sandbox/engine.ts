import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Docker from 'dockerode'
import { SandboxError, SetupError } from '../errors.ts'
import { type Container, type ContainerSpec, killContainer, launch, removeContainer } from './container.ts'
import { reason } from './engine-error.ts'
import { imageStore, type ImageStore } from './image-store.ts'
import { createNetwork, type Network, removeNetwork } from './network.ts'

/** Where the engine is. Nothing here is read from the environment. */
export interface ConnectOptions {
  /** As in DOCKER_HOST: `unix:///run/docker.sock`, `tcp://host:2375`. Absent: the default socket. */
  host?: string | undefined
  /** As in DOCKER_CERT_PATH: folder with ca.pem, cert.pem and key.pem; makes the connection TLS. */
  certificates?: string | undefined
  /** Longest wait for its first answer, milliseconds; 5000 when absent. */
  patience?: number
}

/** An object of ours on the engine. */
export interface Found {
  id: string
  name: string
  labels: Record<string, string>
  /** Milliseconds since the epoch, by the engine's clock; whole seconds for a container. */
  createdAt: number
}

/** A container of ours on the engine. */
export interface FoundContainer extends Found {
  /** The image that it was made from, by name or id. */
  image: string
}

/** The Docker engine: the only surface through which Tocsin speaks to it. */
export interface DockerEngine {
  readonly version: string
  readonly apiVersion: string
  /** Where it was found, for messages. */
  readonly endpoint: string
  readonly images: ImageStore
  /** @throws SandboxError */
  launch: (spec: ContainerSpec) => Promise<Container>
  /** @throws InputError, SetupError, SandboxError; see `createNetwork` */
  createNetwork: (options: {
    name: string
    subnet: string
    labels: Record<string, string>
    signal: AbortSignal
  }) => Promise<Network>
  /** All containers, running or not, that carry a label. */
  findContainers: (label: string) => Promise<FoundContainer[]>
  findNetworks: (label: string) => Promise<Found[]>
  /** Resolves when it runs no more; nothing happens when it does not run. */
  killContainer: (id: string) => Promise<void>
  removeContainer: (id: string) => Promise<void>
  removeNetwork: (id: string) => Promise<void>
}

const defaultSocket = '/var/run/docker.sock'

/**
 * Connects to a Docker engine and asks for its version.
 * @throws SetupError when none answers, with what to do about it.
 */
export async function connectEngine(options: ConnectOptions = {}): Promise<DockerEngine> {
  const endpoint = options.host ?? `unix://${defaultSocket}`
  const docker = await client(endpoint, options.certificates)
  const version = await firstAnswer(docker, endpoint, options.patience ?? 5000)
  return {
    version: version.Version,
    apiVersion: version.ApiVersion,
    endpoint,
    images: imageStore(docker),
    launch: (spec) => launch(docker, spec),
    createNetwork: (network) => createNetwork(docker, network),
    findContainers: (label) => findContainers(docker, label),
    findNetworks: (label) => findNetworks(docker, label),
    killContainer: (id) => killContainer(docker.getContainer(id), 'SIGKILL'),
    removeContainer: (id) => removeContainer(docker, id),
    removeNetwork: (id) => removeNetwork(docker, id),
  }
}

async function client(endpoint: string, certificates: string | undefined): Promise<Docker> {
  if (endpoint.startsWith('unix://')) {
    // `host` is named so that the client does not fill it in from the environment.
    return new Docker({ socketPath: endpoint.slice('unix://'.length) || defaultSocket, host: undefined as never })
  }
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  if (url === null || !['tcp:', 'http:', 'https:'].includes(url.protocol)) {
    throw new SetupError(`Docker engine "${endpoint}": only unix://<path> and tcp://<host>:<port> are known`)
  }
  const tls = certificates === undefined ? {} : await readCertificates(certificates)
  const protocol = certificates !== undefined || url.protocol === 'https:' ? 'https' : 'http'
  return new Docker({ host: url.hostname, port: url.port || (protocol === 'https' ? 2376 : 2375), protocol, ...tls })
}

async function readCertificates(folder: string): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
  try {
    const [ca, cert, key] = await Promise.all(
      ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(folder, name))),
    )
    return { ca, cert, key } as { ca: Buffer; cert: Buffer; key: Buffer }
  } catch (error) {
    throw new SetupError(`certificates of the Docker engine in ${folder}: ${reason(error)}`, { cause: error })
  }
}

async function firstAnswer(docker: Docker, endpoint: string, patience: number): Promise<Docker.DockerVersion> {
  const late = AbortSignal.timeout(patience)
  try {
    return await Promise.race([
      docker.version(),
      new Promise<never>((_, reject) => {
        late.addEventListener('abort', () => reject(new Error(`no answer within ${patience} ms`)), { once: true })
      }),
    ])
  } catch (error) {
    throw new SetupError(`no Docker engine at ${endpoint}: ${reason(error)}. ${advice(error)}`, { cause: error })
  }
}

function advice(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
      return 'You may not use its socket: run as root, or add yourself to the group: usermod -aG docker $USER'
    case 'ENOENT':
    case 'ECONNREFUSED':
      return 'Is it installed (apt-get install -y docker.io) and running (systemctl start docker)?'
    default:
      return 'Check the address (DOCKER_HOST) and that the engine runs.'
  }
}

async function findContainers(docker: Docker, label: string): Promise<FoundContainer[]> {
  try {
    const all = await docker.listContainers({ all: true, filters: { label: [label] } })
    return all.map(({ Id, Names, Labels, Created, Image }) => {
      const name = (Names[0] ?? Id).replace(/^\//, '')
      return { id: Id, name, labels: Labels, createdAt: Created * 1000, image: Image }
    })
  } catch (error) {
    throw new SandboxError(`containers could not be listed: ${reason(error)}`, { cause: error })
  }
}

async function findNetworks(docker: Docker, label: string): Promise<Found[]> {
  try {
    const all = await docker.listNetworks({ filters: { label: [label] } })
    return all.map(({ Id, Name, Labels, Created }) => {
      return { id: Id, name: Name, labels: Labels ?? {}, createdAt: Date.parse(Created) || 0 }
    })
  } catch (error) {
    throw new SandboxError(`networks could not be listed: ${reason(error)}`, { cause: error })
  }
}

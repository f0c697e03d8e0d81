import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { SandboxError } from '../../errors.ts'
import { parseJsonLine } from '../../json-line.ts'
import type { ContainerSpec } from '../../sandbox/container.ts'
import type { DockerEngine } from '../../sandbox/engine.ts'
import type { ImageRef } from '../../sandbox/image-store.ts'
import { objectLabels, objectName } from '../../sandbox/labels.ts'
import { currentOwner } from '../../sandbox/owner.ts'
import { Tail } from '../../sandbox/tail.ts'
import { startSensor } from '../sensor-process.ts'
import type { ProcessSensor, ProcessSensorEnd } from './process-sensor.ts'
import { Watching } from './watching.ts'

/**
 * bpftrace in a container beside the endpoint sensor. It tells what the kernel's audit does not: both ports of connections,
 * those through an io_uring, whether a standard input is a socket, and the environment of programs.
 */
export interface EmbeddedCompanion extends ProcessSensor {
  readonly version: string
  stop: () => Promise<CompanionEnd>
}

export interface CompanionEnd extends ProcessSensorEnd {
  /** Events that bpftrace could not read in time, of any process of the host. */
  lost: number
}

export interface CompanionOptions {
  engine: DockerEngine
  session: string
  image: Pick<ImageRef, 'name'>
  /** Folder on the engine's host for the log, made when missing. Its mode becomes 0777, as the container's root is nobody there. */
  directory: string
  signal: AbortSignal
}

const mebibyte = 1024 * 1024
const startPatience = 20_000
const stopPatience = 15_000

const messages = z.union([
  z.object({ event: z.literal('ready'), bpftrace: z.string() }),
  z.object({ event: z.literal('watching'), container: z.string() }),
  z.object({ event: z.literal('refused'), reason: z.string() }),
  z.object({ event: z.literal('ended'), lost: z.number() }),
])

/**
 * Starts it and waits until its programs are in the kernel.
 * @throws SandboxError saying why when the kernel does not take them; the signal's reason.
 */
export async function startCompanion(options: CompanionOptions): Promise<EmbeddedCompanion> {
  const { engine, directory, signal } = options
  await mkdir(directory, { recursive: true })
  await chmod(directory, 0o777)
  const watching = new Watching('bpftrace')
  let version = 'unknown'
  let ended: CompanionEnd | undefined
  let refused: string | undefined
  const sensor = await startSensor({
    engine,
    name: 'bpftrace',
    spec: {
      ...(await companionSpec(options, ['/out/bpf.jsonl'])),
      mounts: [{ source: directory, target: '/out' }],
    },
    onLine: (line) => {
      const message = messages.safeParse(parseJsonLine(line)).data
      if (message?.event === 'ready') version = message.bpftrace
      else if (message?.event === 'watching') watching.confirm(message.container)
      else if (message?.event === 'refused') refused = message.reason
      else if (message?.event === 'ended') ended = { lost: message.lost, loss: lossOf(message.lost) }
      return message?.event === 'ready'
    },
    startPatience,
    stopPatience,
    signal,
  }).catch((cause: unknown) => {
    if (refused === undefined) throw cause
    throw new SandboxError(refused, { cause })
  })
  return {
    logPath: join(directory, 'bpf.jsonl'),
    version,
    containerId: sensor.container.id,
    failed: sensor.failed,
    watch: (container) => watching.watch(sensor.container, container, signal),
    async stop() {
      const ending = await sensor.stop()
      if (ended === undefined) throw new SandboxError(`it does not say what was lost: ${ending.message}`)
      return ended
    },
    [Symbol.asyncDispose]: () => sensor[Symbol.asyncDispose](),
  }
}

/**
 * Whether the kernel of the engine's host takes programs of bpftrace. Leaves nothing behind.
 * @returns null when it does, else why not
 * @throws SandboxError when the engine cannot run the container
 */
export async function whyNoCompanion(
  options: Pick<CompanionOptions, 'engine' | 'session' | 'image'>,
): Promise<string | null> {
  const container = await options.engine.launch(await companionSpec(options, ['probe']))
  try {
    const said = new Tail(container.stdout)
    const complained = new Tail(container.stderr)
    await Promise.all([container.ended, said.ended, complained.ended])
    if (parseJsonLine(said.text())?.event === 'open') return null
    return refusal(said.text(), complained.text())
  } finally {
    await container.remove()
  }
}

/** What it says when the kernel refuses it, in one line. */
function refusal(said: string, complained: string): string {
  const message = messages.safeParse(parseJsonLine(said)).data
  const why = message?.event === 'refused' ? message.reason : 'it does not run'
  const error = /ERROR: (.+)/.exec(complained)?.[1]
  return error === undefined ? why : `${why}: ${error}`
}

/** SYS_ADMIN loads programs and mounts the tracepoints; IPC_LOCK is for the buffers. AppArmor forbids the mount. */
async function companionSpec(
  { session, image }: Pick<CompanionOptions, 'session' | 'image'>,
  words: readonly string[],
): Promise<ContainerSpec> {
  return {
    name: objectName(session, 'companion'),
    image: image.name,
    command: ['perl', '/opt/tocsin/companion.pl', ...words],
    labels: objectLabels(session, 'companion', await currentOwner()),
    network: 'none',
    pid: 'host',
    capabilities: ['SYS_ADMIN', 'IPC_LOCK'],
    security: ['apparmor=unconfined', 'label=disable'],
    memoryBytes: 512 * mebibyte,
    pids: 64,
    tmpfs: { '/tmp': 'size=16m' },
  }
}

function lossOf(lost: number): string | null {
  return lost > 0 ? `bpftrace lost ${lost} events` : null
}

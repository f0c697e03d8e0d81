import { randomBytes } from 'node:crypto'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { SandboxError } from '../../errors.ts'
import { parseJsonLine } from '../../json-line.ts'
import type { DockerEngine } from '../../sandbox/engine.ts'
import type { ImageRef } from '../../sandbox/image-store.ts'
import { objectLabels, objectName } from '../../sandbox/labels.ts'
import { currentOwner } from '../../sandbox/owner.ts'
import { startSensor } from '../sensor-process.ts'
import {
  auditAccess,
  type AuditChange,
  auditLabel,
  type AuditOptions,
  type AuditState,
  auditStateSchema,
  auditWords,
  type AuditValues,
  parseAuditLabel,
  restoreAudit,
} from './audit-state.ts'
import type { ProcessSensor, ProcessSensorEnd } from './process-sensor.ts'
import { Watching } from './watching.ts'

/** `auditd`: the sensor reads the audit itself; `multicast`: beside an auditd that is there already, which is left alone. */
export type AuditMode = 'auditd' | 'multicast'

/** Whether the audit of the engine's host can be read, and how. */
export type AuditAccess = { mode: AuditMode } | { mode: null; why: string }

/** auditd and laurel in a container, told of the processes of certain containers. Disposing puts the host's audit back. */
export interface EmbeddedEndpoint extends ProcessSensor {
  readonly mode: AuditMode
  readonly versions: { auditd: string; laurel: string }
  /** Rules that the kernel has taken. */
  readonly rules: number
  /** Ends it in order, puts the host's audit back, and tells what was lost. @throws SandboxError when it does not say */
  stop: () => Promise<EndpointEnd>
}

export interface EndpointEnd extends ProcessSensorEnd {
  /** Events that the kernel had to drop while it ran, of any process of the host. */
  lost: number
  /** Times that the reader of the multicast group was too slow. */
  overruns: number
  /** Whether the audit was still on when it ended: 0 off, 1 on, 2 locked. */
  enabled: number
  /** 1 when an unknown number of events was lost between auditd and laurel, which was too slow or had died, else 0. */
  overflowed: number
  /** 1 when it ended before all that the kernel had told was read, or does not know, else 0. */
  unread: number
  /** Events that the kernel had numbered and that did not come out whole; it does not count all that it drops. */
  absent: number
  /** Times that somebody switched the audit off while it ran. */
  switched: number
  /** Rules of its own that somebody had taken away. */
  missing: number
  /** The host's audit as it was left. */
  state: AuditState
}

export interface EndpointOptions extends AuditOptions {
  image: ImageRef
  /** What the audit was like before any sensor of ours: see `auditValuesBefore`. */
  before: AuditValues
  mode: AuditMode
  /** Folder on the engine's host for the log, made when missing. Its mode becomes 0777, as the container's root is nobody there. */
  directory: string
  signal: AbortSignal
}

const startPatience = 30_000
/** What the kernel and auditd still hold is read to its end, for which it gives itself a minute, and then by laurel, half a minute. */
const stopPatience = 120_000
const mebibyte = 1024 * 1024

const messages = z.union([
  z.object({
    event: z.literal('ready'),
    rules: z.number(),
    auditd: z.string(),
    laurel: z.string(),
  }),
  z.object({ event: z.literal('watching'), container: z.string() }),
  z.object({
    event: z.literal('ended'),
    lost: z.number(),
    overruns: z.number(),
    enabled: z.number(),
    overflowed: z.number(),
    unread: z.number(),
    absent: z.number(),
    switched: z.number(),
    missing: z.number(),
    state: auditStateSchema,
  }),
])

/** How the audit can be read, from its state. */
export function auditAccessOf(state: AuditState | null): AuditAccess {
  if (state === null)
    return { mode: null, why: 'the kernel of the engine’s host does not let a container read its audit' }
  if (state.enabled === 2) return { mode: null, why: 'the audit configuration is locked until the next boot' }
  return { mode: state.pid === 0 ? 'auditd' : 'multicast' }
}

/** The values to be put back at the end: those that are there, or those that a sensor which runs already is to put back. */
export async function auditValuesBefore(engine: DockerEngine, state: AuditState): Promise<AuditValues> {
  if (state.ours === 0) return state
  const others = await engine.findContainers(auditLabel)
  return others.map(({ labels }) => parseAuditLabel(labels[auditLabel])?.values).find((values) => values) ?? state
}

/**
 * Starts the sensor and waits until it listens.
 * @throws SandboxError with its last lines when it does not start; the signal's reason.
 */
export async function startEndpoint(options: EndpointOptions): Promise<EmbeddedEndpoint> {
  const { engine, session, image, before, mode, directory, signal } = options
  const change: AuditChange = { name: randomBytes(4).toString('hex'), values: before }
  await mkdir(directory, { recursive: true })
  await chmod(directory, 0o777)
  let ready: z.output<(typeof messages)['options'][0]> | undefined
  let ended: EndpointEnd | undefined
  const watching = new Watching('the endpoint sensor')
  const sensor = await startSensor({
    engine,
    name: 'the endpoint sensor',
    spec: {
      name: objectName(session, 'endpoint'),
      image: image.name,
      command: ['/opt/tocsin/start.sh', mode, ...auditWords(change)],
      labels: {
        ...objectLabels(session, 'endpoint', await currentOwner()),
        [auditLabel]: auditWords(change).join(' '),
      },
      // The multicast group of the audit is only in the network namespace of the host.
      network: mode === 'multicast' ? 'host' : 'none',
      ...auditAccess,
      ...(mode === 'multicast' ? { capabilities: [...auditAccess.capabilities, 'AUDIT_READ'] } : {}),
      memoryBytes: 512 * mebibyte,
      pids: 64,
      mounts: [{ source: directory, target: '/out' }],
      tmpfs: { '/run': 'size=192m,mode=755', '/tmp': 'size=16m' },
    },
    onLine: (line) => {
      const message = messages.safeParse(parseJsonLine(line)).data
      if (message?.event === 'ready') ready = message
      else if (message?.event === 'watching') watching.confirm(message.container)
      else if (message?.event === 'ended') ended = { ...message, loss: lossOf(message) }
      return message?.event === 'ready'
    },
    startPatience,
    stopPatience,
    async putBack() {
      // It puts the audit back itself unless it was killed.
      if (ended === undefined) await restoreAudit(options, change)
    },
    signal,
  })
  return {
    logPath: join(directory, 'audit.jsonl'),
    mode,
    versions: { auditd: ready?.auditd ?? 'unknown', laurel: ready?.laurel ?? 'unknown' },
    containerId: sensor.container.id,
    rules: ready?.rules ?? 0,
    failed: sensor.failed,
    watch: (container) => watching.watch(sensor.container, container, signal),
    async stop() {
      const ending = await sensor.stop()
      if (ended === undefined) throw new SandboxError(`it does not say what was lost: ${ending.message}`)
      return ended
    },
    async [Symbol.asyncDispose]() {
      if (ended === undefined) await sensor.stop().catch(() => undefined)
      await sensor[Symbol.asyncDispose]()
    },
  }
}

/** Why what it did not tell proves nothing; null when nothing was lost. */
function lossOf({
  lost,
  overruns,
  enabled,
  overflowed,
  unread,
  absent,
  switched,
  missing,
}: Omit<EndpointEnd, 'loss'>): string | null {
  if (lost > 0) return `the kernel dropped ${lost} of its audit's events`
  if (overruns > 0) return `the reader of the kernel's audit was too slow ${overruns} times`
  if (overflowed > 0) return 'auditd had to drop events that laurel was too slow for'
  if (absent > 0) return `${absent} events that the kernel's audit had numbered did not come out whole`
  if (unread > 0) return "what the kernel's audit told had not been read to its end"
  if (enabled === 0 || switched > 0) return "somebody switched the kernel's audit off"
  return missing > 0 ? `somebody took ${missing} of its rules away from the kernel's audit` : null
}

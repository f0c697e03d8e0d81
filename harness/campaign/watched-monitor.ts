import { mkdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { type MonitorConfiguration, renamed } from '../monitors/configuration.ts'
import type { Monitor, MonitorContext, MonitorLog } from '../monitors/monitor.ts'
import { openMonitor } from '../monitors/registry.ts'
import type { Campaign } from '../plan/campaign.ts'
import type { Plan } from '../plan/plan.ts'
import type { DockerEngine } from '../sandbox/engine.ts'
import type { ImageRef } from '../sandbox/images.ts'
import { ownFile } from '../monitors/own-file.ts'
import { type AuditState, readAuditState } from '../sensors/endpoint/audit-state.ts'
import { type EmbeddedCompanion, startCompanion } from '../sensors/endpoint/companion.ts'
import { auditAccessOf, auditValuesBefore, type AuditMode, startEndpoint } from '../sensors/endpoint/endpoint.ts'
import type { ProcessSensor } from '../sensors/endpoint/process-sensor.ts'
import { type EmbeddedSuricata, type RuleChoice, startSuricata } from '../sensors/suricata/suricata.ts'

/** A monitor of the campaign; for the embedded stack with the sensor that feeds it. */
export interface WatchedMonitor extends AsyncDisposable {
  monitor: Monitor
  type: string
  version: string | null
  sensor: EmbeddedSuricata | null
  /** What its product works with, its files named as their owner knows them; null where nothing is known. */
  configuration: MonitorConfiguration | null
  /** The sensor of processes, where that is what feeds it. */
  endpoint: ProcessSensor | null
}

interface OpenOptions {
  engine: DockerEngine
  session: string
  campaign: Campaign
  images: { sensor: ImageRef; endpoint: ImageRef }
  /** Whether the campaign plays processes, so that somebody has to watch them. */
  playsProcesses: boolean
  /** Told why a part of the embedded stack is not there. */
  onProblem: (text: string) => void
  workDirectory: string
  rules: RuleChoice
  tapContainerId: string
  baselined: Plan['baselined']
  log: MonitorLog
  signal: AbortSignal
}

/** Opens the campaign's monitors, or starts the embedded stack where it names none. */
export async function openMonitors(options: OpenOptions): Promise<WatchedMonitor[]> {
  const { campaign } = options
  if (campaign.monitors.length === 0) return openEmbedded(options)
  const opened: WatchedMonitor[] = []
  try {
    for (const { type, name, ...settings } of campaign.monitors) {
      const monitor = await openMonitor({ type, name, ...settings }, monitorContext(options))
      opened.push(watched(monitor, type, (await monitor.probe()).version, { sensor: null, endpoint: null }))
    }
  } catch (error) {
    for (const monitor of opened) await monitor[Symbol.asyncDispose]()
    throw error
  }
  return opened
}

/** Suricata, and for processes the endpoint sensor and its companion where the kernel's audit is to be had. */
function openEmbedded(options: OpenOptions): Promise<WatchedMonitor[]> {
  return allOpened([openSuricata(options), ...(options.playsProcesses ? [openProcessMonitors(options)] : [])])
}

/** All of them, or none: what was opened is closed when one of them fails. */
async function allOpened(opening: readonly Promise<WatchedMonitor[]>[]): Promise<WatchedMonitor[]> {
  const settled = await Promise.allSettled(opening)
  const opened = settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  const failed = settled.find((one) => one.status === 'rejected')
  if (failed === undefined) return opened
  for (const monitor of opened) await monitor[Symbol.asyncDispose]()
  throw failed.reason
}

async function openProcessMonitors(options: OpenOptions): Promise<WatchedMonitor[]> {
  const { engine, session } = options
  const state = await readAuditState({ engine, session, image: options.images.endpoint })
  const access = auditAccessOf(state)
  if (state === null || access.mode === null) {
    const why = access.mode === null ? access.why : 'it cannot be read'
    options.onProblem(`no sensor watches processes: ${why}; the scenarios that need one are not applicable`)
    return []
  }
  return allOpened([openEndpoint(options, state, access.mode), openCompanion(options)])
}

async function openEndpoint(options: OpenOptions, state: AuditState, mode: AuditMode): Promise<WatchedMonitor[]> {
  const { engine, session, signal } = options
  const image = options.images.endpoint
  const directory = join(options.workDirectory, 'audit')
  const start = async (found: AuditState, as: AuditMode) =>
    startEndpoint({
      engine,
      session,
      image,
      before: await auditValuesBefore(engine, found),
      mode: as,
      directory,
      signal,
    })
  const endpoint = await start(state, mode).catch(async (error: unknown) => {
    // Another sensor may have taken the audit meanwhile: beside it there is room.
    const now = await readAuditState({ engine, session, image })
    if (now === null || auditAccessOf(now).mode !== 'multicast' || mode === 'multicast') throw error
    return start(now, 'multicast')
  })
  const rules = sigmaRules(options, 'harness/sensors/endpoint/sigma')
  const settings = { type: 'laurel', name: 'embedded-audit', path: endpoint.logPath, from: 'start', rules }
  const monitor = await openMonitor(settings, monitorContext(options))
  const { auditd, laurel } = endpoint.versions
  return [watched(monitor, 'laurel', `auditd ${auditd}, laurel ${laurel}`, { sensor: null, endpoint })]
}

/** Where the kernel does not take BPF programs, the audit alone tells of processes, and that is said. */
async function openCompanion(options: OpenOptions): Promise<WatchedMonitor[]> {
  const { engine, session, signal } = options
  const image = options.images.endpoint
  const directory = join(options.workDirectory, 'bpf')
  let companion: EmbeddedCompanion
  try {
    companion = await startCompanion({ engine, session, image, directory, signal })
  } catch (error) {
    signal.throwIfAborted()
    const [why] = (error as Error).message.split('\n')
    options.onProblem(
      `no bpftrace beside the audit: ${why}; source ports and requests through an io_uring are not told`,
    )
    return []
  }
  const rules = sigmaRules(options, 'harness/sensors/endpoint/sigma-bpf')
  const settings = { type: 'bpftrace', name: 'embedded-bpf', path: companion.logPath, from: 'start', rules }
  const monitor = await openMonitor(settings, monitorContext(options))
  return [watched(monitor, 'bpftrace', companion.version, { sensor: null, endpoint: companion })]
}

/** The sentinel is not a rule to be measured: without it nothing would tell that the sensor listens. */
function sigmaRules({ rules }: OpenOptions, folder: string): string[] {
  if (rules === 'none') return []
  const sentinel = ownFile('harness/sensors/endpoint/sentinel.yml')
  return rules === 'shipped' ? [sentinel] : [sentinel, ownFile(folder)]
}

async function openSuricata(options: OpenOptions): Promise<WatchedMonitor[]> {
  const eveDirectory = join(options.workDirectory, 'eve')
  await mkdir(eveDirectory, { recursive: true })
  const sensor = await startSuricata({
    engine: options.engine,
    session: options.session,
    image: options.images.sensor,
    tapContainerId: options.tapContainerId,
    eveDirectory,
    rules: options.rules,
    baselined: options.baselined,
    signal: options.signal,
  })
  const { rules, thresholds, configuration } = sensor.state
  const settings = {
    type: 'suricata-eve',
    name: 'embedded-suricata',
    path: sensor.evePath,
    from: 'start',
    rules: rules.map(({ copy }) => copy),
    thresholds,
    configuration,
  }
  const monitor = await openMonitor(settings, monitorContext(options))
  return [watched(monitor, 'suricata-eve', sensor.version, { sensor, endpoint: null })]
}

function monitorContext({ signal, log }: OpenOptions): Omit<MonitorContext, 'name'> {
  return { signal, log, clock: () => performance.timeOrigin + performance.now() }
}

function watched(
  monitor: Monitor,
  type: string,
  version: string | null,
  { sensor, endpoint }: Pick<WatchedMonitor, 'sensor' | 'endpoint'>,
): WatchedMonitor {
  return {
    monitor,
    type,
    version,
    sensor,
    endpoint,
    configuration: monitor.configuration ? renamed(monitor.configuration, (file) => originalOf(file, sensor)) : null,
    async [Symbol.asyncDispose]() {
      await monitor[Symbol.asyncDispose]()
      await sensor?.[Symbol.asyncDispose]()
      await endpoint?.[Symbol.asyncDispose]()
    },
  }
}

/** A copy is named after what it is a copy of, and what comes with Tocsin by its place there. */
function originalOf(file: string, sensor: EmbeddedSuricata | null): string {
  for (const { copy, original } of sensor?.state.rules ?? [])
    if (file.startsWith(`${copy}/`)) return `${original}/${relative(copy, file)}`
  if (file === sensor?.state.thresholds) return '/etc/suricata/threshold.config'
  const place = relative(dirname(ownFile('package.json')), file)
  return place.startsWith('..') ? file : place
}

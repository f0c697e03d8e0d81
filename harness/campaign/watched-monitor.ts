import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Monitor, MonitorContext, MonitorLog } from '../monitors/monitor.ts'
import { openMonitor } from '../monitors/registry.ts'
import type { Campaign } from '../plan/campaign.ts'
import type { Plan } from '../plan/plan.ts'
import type { DockerEngine } from '../sandbox/engine.ts'
import type { ImageRef } from '../sandbox/images.ts'
import { type EmbeddedSuricata, type RuleChoice, startSuricata } from '../sensors/suricata/suricata.ts'

/** A monitor of the campaign; for the embedded stack with the sensor that feeds it. */
export interface WatchedMonitor extends AsyncDisposable {
  monitor: Monitor
  type: string
  version: string | null
  sensor: EmbeddedSuricata | null
}

interface OpenOptions {
  engine: DockerEngine
  session: string
  campaign: Campaign
  images: { sensor: ImageRef }
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
  if (campaign.monitors.length === 0) return [await openEmbedded(options)]
  const opened: WatchedMonitor[] = []
  try {
    for (const { type, name, ...settings } of campaign.monitors) {
      const monitor = await openMonitor({ type, name, ...settings }, monitorContext(options))
      opened.push(watched(monitor, type, (await monitor.probe()).version, null))
    }
  } catch (error) {
    for (const monitor of opened) await monitor[Symbol.asyncDispose]()
    throw error
  }
  return opened
}

async function openEmbedded(options: OpenOptions): Promise<WatchedMonitor> {
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
  const settings = { type: 'suricata-eve', name: 'embedded-suricata', path: sensor.evePath, from: 'start' }
  const monitor = await openMonitor(settings, monitorContext(options))
  return watched(monitor, 'suricata-eve', sensor.version, sensor)
}

function monitorContext({ signal, log }: OpenOptions): Omit<MonitorContext, 'name'> {
  return { signal, log, clock: () => performance.timeOrigin + performance.now() }
}

function watched(
  monitor: Monitor,
  type: string,
  version: string | null,
  sensor: EmbeddedSuricata | null,
): WatchedMonitor {
  return {
    monitor,
    type,
    version,
    sensor,
    async [Symbol.asyncDispose]() {
      await monitor[Symbol.asyncDispose]()
      await sensor?.[Symbol.asyncDispose]()
    },
  }
}

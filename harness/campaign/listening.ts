import { setMaxListeners } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { addTrial, attribute, type AttributionIndex, buildIndex } from '../attribution/attribute.ts'
import { MonitorError } from '../errors.ts'
import type { Monitor, MonitorContext, MonitorLog } from '../monitors/monitor.ts'
import type { Observation } from '../monitors/observation.ts'
import { openMonitor } from '../monitors/registry.ts'
import type { Campaign } from '../plan/campaign.ts'
import type { Trial } from '../plan/trial.ts'
import type { WireName } from '../sandbox/actor.ts'
import type { DockerEngine } from '../sandbox/engine.ts'
import type { ImageRef } from '../sandbox/images.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { type EmbeddedSuricata, startSuricata } from '../sensors/suricata/suricata.ts'
import type { Strength } from '../verdict/verdict.ts'
import { createMatcher, type Matcher } from '../witness/match.ts'
import { Changes } from './changes.ts'
import type { EventSink } from './events.ts'
import type { Attributed, Ledger } from './ledger.ts'
import type { Sentinel } from './sentinel.ts'

/** A monitor of the campaign; for the embedded stack with the sensor that feeds it. */
export interface WatchedMonitor extends AsyncDisposable {
  monitor: Monitor
  type: string
  version: string | null
  sensor: EmbeddedSuricata | null
}

/** An observation with the trial it belongs to, if any. */
export interface Heard {
  observation: Observation
  trialId: string | null
  strength: Strength | null
}

interface OpenOptions {
  engine: DockerEngine
  session: string
  campaign: Campaign
  images: { sensor: ImageRef }
  workDirectory: string
  rules: 'shipped' | 'none'
  tapContainerId: string
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

/** Everything that hears: the witness's capture and the monitors, from the first sentinel to the last record. */
export class Listening {
  readonly ledger: Ledger = new Map()
  readonly sentinels: Sentinel[] = []
  readonly heard: Heard[] = []
  readonly problems: string[] = []
  readonly matcher: Matcher = createMatcher([])
  readonly changes = new Changes()
  /** Why no more trials are played; null while all is well. */
  stopped: { reason: string; interrupted: boolean } | null = null
  /** Set when a sensor of ours has lost packets, so that silence proves nothing. */
  lossReason: string | null = null
  readonly monitors: readonly WatchedMonitor[]
  readonly #onEvent: EventSink
  readonly #signal: AbortSignal
  readonly #halt = new AbortController()
  readonly #index: AttributionIndex = buildIndex([])
  readonly #pumps: Promise<void>[]
  readonly #dead = new Set<WatchedMonitor>()

  constructor(options: {
    sandbox: Sandbox
    monitors: readonly WatchedMonitor[]
    signal: AbortSignal
    onEvent: EventSink
  }) {
    this.monitors = options.monitors
    this.#onEvent = options.onEvent
    this.#signal = options.signal
    // Every trial under way listens.
    setMaxListeners(0, this.#halt.signal, options.signal)
    options.signal.addEventListener('abort', () => this.stop('interrupted by the user', true), { once: true })
    void options.sandbox.failed.then((error) => this.stop(error.message))
    void this.#capture(options.sandbox)
    this.#pumps = options.monitors.map((watched) => this.#pump(watched))
    for (const watched of options.monitors)
      void watched.sensor?.failed.then((error) => this.#lose(watched, error.message))
  }

  /** Fires when no more trials shall be played. */
  get signal(): AbortSignal {
    return this.#halt.signal
  }

  /** From now on observations and captured frames may belong to this trial. */
  expect(trial: Trial, wire: WireName, frames: readonly Uint8Array[]): void {
    addTrial(this.#index, { id: trial.id, identity: trial.identity, frames })
    this.matcher.add({ trialId: trial.id, wire, frames })
  }

  stop(reason: string, interrupted = false): void {
    if (this.stopped) return
    this.stopped = { reason, interrupted }
    if (!interrupted) this.problem(reason)
    this.#halt.abort(new Error(reason))
    this.changes.notify()
  }

  problem(text: string): void {
    this.problems.push(text)
    this.#onEvent({ type: 'problem', text })
  }

  /** True while a monitor can still say something. */
  isAlive(watched: WatchedMonitor): boolean {
    return !this.#dead.has(watched)
  }

  /**
   * Hears the monitors out. The embedded sensor is stopped, which flushes all it has; other stacks get one
   * detection window together from the last frame on, unless every trial has its alert before.
   */
  async finish(windowMs: number): Promise<void> {
    const waits = this.monitors.map(async (watched) => {
      try {
        await this.#hearOut(watched, windowMs)
      } finally {
        watched.monitor.end()
      }
    })
    for (const result of await Promise.allSettled(waits))
      if (result.status === 'rejected') this.problem(String((result.reason as Error).message))
    await Promise.all(this.#pumps)
    for (const watched of this.monitors) this.problems.push(...watched.monitor.problems())
  }

  async #hearOut(watched: WatchedMonitor, windowMs: number): Promise<void> {
    if (watched.sensor) {
      if (this.isAlive(watched)) this.#countLoss((await watched.sensor.stop()).drops)
      return
    }
    if (this.stopped) return
    const lastAt = Math.max(0, ...[...this.ledger.values()].map((entry) => entry.played?.lastAt ?? 0))
    const rest = lastAt + windowMs - Date.now()
    if (rest > 0) await this.changes.until(() => this.#nothingOwed(), rest, this.#signal)
  }

  #countLoss(drops: number | null): void {
    if (!drops) return
    this.lossReason = `the sensor lost ${drops} packets`
    this.problem(`${this.lossReason}: what it did not see cannot be held against it`)
  }

  /** True when every stimulus has an alert: only then is nothing more to be waited for. */
  #nothingOwed(): boolean {
    for (const { trial, observed } of this.ledger.values())
      if (trial.kind === 'stimulus' && !observed.some(({ observation }) => observation.kind === 'alert')) return false
    return true
  }

  async #capture(sandbox: Sandbox): Promise<void> {
    try {
      for await (const frame of sandbox.capture) if (this.matcher.see(frame)) this.changes.notify()
    } catch (error) {
      this.stop(`the witness's capture broke: ${(error as Error).message}`)
    }
  }

  async #pump(watched: WatchedMonitor): Promise<void> {
    try {
      for await (const batch of watched.monitor.observations()) {
        for (const observation of batch) this.#hear(observation)
        this.changes.notify()
      }
    } catch (error) {
      const text = error instanceof MonitorError ? error.message : `monitor ${watched.monitor.name}: ${String(error)}`
      this.#lose(watched, text)
    }
  }

  #lose(watched: WatchedMonitor, reason: string): void {
    if (this.#dead.has(watched)) return
    this.#dead.add(watched)
    watched.monitor.end()
    if (this.monitors.every((each) => this.#dead.has(each))) this.stop(reason)
    else this.problem(reason)
  }

  #hear(observation: Observation): void {
    const found = attribute(observation, this.#index)
    this.heard.push({ observation, trialId: found?.trialId ?? null, strength: found?.strength ?? null })
    if (!found) return
    const attributed: Attributed = { observation, strength: found.strength }
    const entry = this.ledger.get(found.trialId)
    if (entry) {
      entry.observed.push(attributed)
      if (observation.kind === 'alert' && entry.trial.kind === 'stimulus') {
        const { firstAt } = this.matcher.proof(found.trialId)
        const latencyMs = firstAt === null ? null : Math.max(0, observation.receivedAt - firstAt)
        this.#onEvent({ type: 'alert', trial: entry.trial, observation, latencyMs })
      }
      return
    }
    const sentinel = this.sentinels.find((each) => each.trial.id === found.trialId)
    if (sentinel) hearSentinel(sentinel, observation)
  }
}

function hearSentinel(sentinel: Sentinel, observation: Observation): void {
  if (observation.kind === 'alert') {
    sentinel.outcomes.set(observation.monitor, 'alerted')
    sentinel.alert ??= { at: observation.at, receivedAt: observation.receivedAt }
  } else if (sentinel.outcomes.get(observation.monitor) !== 'alerted') {
    sentinel.outcomes.set(observation.monitor, 'logged')
  }
}

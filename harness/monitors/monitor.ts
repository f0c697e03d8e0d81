import type { ZodType } from 'zod'
import type { MonitorConfiguration } from './configuration.ts'
import type { Layer, Observation } from './observation.ts'

/** Where a monitor says what goes wrong on its way. */
export interface MonitorLog {
  debug(message: string): void
  warn(message: string): void
}

/** What every monitor is given besides its own settings. */
export interface MonitorContext {
  /** As configured; stands in every observation. */
  name: string
  /** Aborting it ends the observations at once. */
  signal: AbortSignal
  /** Milliseconds since the epoch, with fraction. */
  clock: () => number
  log: MonitorLog
}

/** What `probe` found: the product's version where the source tells it, and one line for people. */
export interface ProbeResult {
  version: string | null
  detail: string
}

/** One source of what a monitoring stack says. It fetches and never judges. */
export interface Monitor extends AsyncDisposable {
  readonly name: string
  /** Telemetry layers that this source can show at all. */
  readonly layers: readonly Layer[]
  /** What the product worked with when the monitor was opened; absent where nothing is known of it. */
  readonly configuration?: MonitorConfiguration
  /** @throws MonitorError when the source cannot be read. */
  probe(): Promise<ProbeResult>
  /**
   * What the stack says, in batches, as soon as it can be read. To be called once.
   * @throws MonitorError when the source can no longer be read: that is never the same as "no alerts".
   */
  observations(): AsyncIterable<Observation[]>
  /** Tells the monitor that its source is complete: it reads what is there, then the observations finish. */
  end(): void
  /** Plain sentences about what could not be read so far; empty when all could. */
  problems(): string[]
}

/** A kind of monitor: the settings that it takes, and how to open one. */
export interface MonitorType<Settings = unknown> {
  /** As written after `type:` in a campaign; also the name of its file. */
  type: string
  /** One line for the listing. */
  title: string
  /** Whose records these are, as scenarios name it in `rules` and `blind`. */
  product: string
  /** Checks and types the settings, which stand beside `type` and `name`. */
  settings: ZodType<Settings>
  layers: readonly Layer[]
  /** @throws MonitorError when the source is not there or may not be read. */
  open(settings: Settings, context: MonitorContext): Promise<Monitor>
}

/** Keeps a monitor's settings type. */
export function defineMonitor<Settings>(monitor: MonitorType<Settings>): MonitorType<Settings> {
  return monitor
}

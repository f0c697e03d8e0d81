import { generators } from '../../generators/network/registry.ts'
import type { CampaignRecord } from '../evidence/record.ts'
import type { EvidenceFile } from '../evidence/write.ts'
import type { Campaign } from '../plan/campaign.ts'
import { type Plan, plan } from '../plan/plan.ts'
import type { DockerEngine } from '../sandbox/engine.ts'
import type { ImageRef } from '../sandbox/images.ts'
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import type { MonitorLog } from '../monitors/monitor.ts'
import type { EventSink } from './events.ts'
import { Listening, openMonitors, type WatchedMonitor } from './listening.ts'
import { playAll } from './playing.ts'
import { toRecord } from './to-record.ts'

export interface CampaignOptions {
  /** Names the run and every Docker object of it. */
  session: string
  campaign: Campaign
  /** SHA-256 of the campaign file, hex. */
  campaignDigest: string
  scenarios: readonly LoadedScenario[]
  seed: string
  engine: DockerEngine
  images: { actor: ImageRef; sensor: ImageRef }
  /** Folder on the host for the embedded sensor's EVE log; it exists and is ours alone. */
  workDirectory: string
  /** Rules of the embedded sensor. `none` shows what a stack without rules looks like. */
  rules: 'shipped' | 'none'
  toolVersion: string
  /** Ctrl-C: what is under way is ended, judged as far as it goes, and cleaned up. */
  signal: AbortSignal
  onEvent: EventSink
  log: MonitorLog
}

export interface CampaignOutcome {
  record: CampaignRecord
  evidence: EvidenceFile[]
}

/**
 * Plays a campaign and judges it: sandbox, monitors, sentinels, trials, record. Everything that was started is gone
 * when this returns or throws. What breaks while trials are played makes them `inconclusive` and never throws.
 * @throws SetupError, SandboxError or MonitorError when the campaign could not begin.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignOutcome> {
  const { campaign, engine, session, signal, onEvent } = options
  const startedAt = Date.now()
  onEvent({ type: 'stage', text: 'starting the sandbox' })
  let embedded: Promise<WatchedMonitor[]> | undefined
  const openWatched = (tapContainerId: string) => {
    embedded = openMonitors({ ...options, tapContainerId })
    // It is awaited below; until then a failure must not count as unhandled.
    embedded.catch(() => {})
  }
  await using cleanup = new Cleanup()
  const sandbox: Sandbox = cleanup.use(
    await openSandbox({
      engine,
      session,
      images: options.images,
      subnet: campaign.sandbox.subnet,
      ...(campaign.sandbox.mirror === undefined ? {} : { mirror: campaign.sandbox.mirror }),
      onTap: openWatched,
      signal,
    }).catch(async (error: unknown) => {
      for (const monitor of (await embedded?.catch(() => [])) ?? []) await monitor[Symbol.asyncDispose]()
      throw error
    }),
  )
  const monitors = (await embedded) ?? []
  for (const monitor of monitors) cleanup.use(monitor)
  const planned: Plan = plan(options.scenarios, campaign, { seed: options.seed, subnet: sandbox.network.subnet })
  onEvent({
    type: 'planned',
    scenarios: planned.totals.scenarios,
    stimuli: planned.totals.stimuli,
    controls: planned.totals.controls,
    seed: planned.seed,
  })
  const listening = new Listening({ sandbox, monitors, signal, onEvent })
  await playAll({ plan: planned, sandbox, listening, generators, windowMs: campaign.window, onEvent })
  onEvent({ type: 'stage', text: 'waiting for what the monitors still have to say' })
  await listening.finish(campaign.window)
  return toRecord({ ...options, startedAt, endedAt: Date.now(), sandbox, monitors, listening, plan: planned })
}

/** Disposes in reverse order, goes on past failures, and throws the first of them only if nothing else failed. */
class Cleanup implements AsyncDisposable {
  #items: AsyncDisposable[] = []

  use<T extends AsyncDisposable>(item: T): T {
    this.#items.push(item)
    return item
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const item of this.#items.reverse()) await item[Symbol.asyncDispose]()
  }
}

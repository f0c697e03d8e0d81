import type { Identity } from '../../generators/identity.ts'
import { generators } from '../../generators/registry.ts'
import type { CampaignRecord, Observations, RecordedPopulation, RecordedTrial } from '../evidence/record.ts'
import type { EvidenceFile } from '../evidence/write.ts'
import type { Campaign } from '../plan/campaign.ts'
import { playsProcess } from '../plan/conversation.ts'
import { type Plan, plan } from '../plan/plan.ts'
import type { DockerEngine } from '../sandbox/engine.ts'
import type { ImageRef } from '../sandbox/images.ts'
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import { openStage, type Stage as ProcessStage } from '../sandbox/stage.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import { isProcessLayer } from '../monitors/observation.ts'
import type { MonitorLog } from '../monitors/monitor.ts'
import { alsoToConsole } from './console-record.ts'
import type { ConsoleWitness } from '../witness/console-witness.ts'
import { noCompanions } from './baseline-record.ts'
import type { EventSink } from './events.ts'
import type { RuleChoice } from '../sensors/suricata/suricata.ts'
import { Joiner } from './joining.ts'
import { Listening } from './listening.ts'
import { isAnswered } from './owed.ts'
import { Performers } from './performing.ts'
import { playAll } from './playing.ts'
import { recordTrial, toRecord } from './to-record.ts'
import { openMonitors, type WatchedMonitor } from './watched-monitor.ts'

export interface CampaignOptions {
  /** Names the run and every Docker object of it. */
  session: string
  campaign: Campaign
  /** SHA-256 of the campaign file, hex. */
  campaignDigest: string
  /** What was typed to get this campaign, without the seed and the places of the results. */
  arguments: string[]
  scenarios: readonly LoadedScenario[]
  /** What they were chosen from; absent where they were not chosen. */
  population?: RecordedPopulation
  /** The folder that they are from. */
  folder: string
  seed: string
  engine: DockerEngine
  images: { actor: ImageRef; sensor: ImageRef; endpoint: ImageRef; stage: ImageRef }
  /** Folder on the host for the logs of the embedded sensors and for what is too large for memory; it exists and is ours alone. */
  workDirectory: string
  /** Rules of the embedded sensor. `none` shows what a stack without rules looks like. */
  rules: RuleChoice
  toolVersion: string
  /** Begins to open the console that the campaign names; absent where it names none. */
  openConsole?: () => ConsoleWitness
  /** Ctrl-C: what is under way is ended, judged as far as it goes, and cleaned up. */
  signal: AbortSignal
  onEvent: EventSink
  log: MonitorLog
}

export interface CampaignOutcome {
  record: Pick<CampaignRecord, 'run' | 'trials'>
  /** What the monitors said; lies in the work directory until it is asked for. */
  observations: Observations
  /** The same of packets and processes. */
  evidence: Iterable<EvidenceFile>
}

/** A warm sandbox whose monitors listen: trials can be added to it as long as somebody wants to know more. */
export interface Stage {
  /** IPv4 network that the trials' addresses must be taken from; it may differ from the one asked for. */
  readonly subnet: string
  /** Plays trials between sentinels of their own. No two of all that are played may share an identity or an id. */
  play(planned: Pick<Plan, 'waves' | 'sentinelEvery'>): Promise<void>
  /** Waits until every anomaly among these trials has an alert, or `ms` are over. */
  heard(trialIds: readonly string[], ms: number): Promise<void>
  /** Judges played trials by what has been heard until now. */
  judged(trialIds: readonly string[]): RecordedTrial[]
  /** Fires when no more trials shall be played. */
  readonly signal: AbortSignal
}

/**
 * Plays a campaign and judges it: sandbox, monitors, sentinels, trials, record. Everything that was started is gone
 * when this returns or throws. What breaks while trials are played makes them `inconclusive` and never throws.
 * @throws SetupError, SandboxError or MonitorError when the campaign could not begin.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignOutcome> {
  const { campaign, seed, scenarios, onEvent } = options
  return onStage(options, async (stage) => {
    const planned = plan(scenarios, campaign, { seed, subnet: stage.subnet })
    onEvent({ type: 'planned', ...planned.totals, seed })
    await stage.play(planned)
  })
}

/**
 * Opens sandbox and monitors, lets `perform` play what it likes, hears the monitors out, and judges all that was played.
 * @throws as `runCampaign`, and what `perform` throws
 */
export async function onStage(
  given: CampaignOptions,
  perform: (stage: Stage) => Promise<void>,
): Promise<CampaignOutcome> {
  await using console = given.openConsole?.() ?? null
  const options = console ? { ...given, onEvent: alsoToConsole(console, given.onEvent) } : given
  const { campaign, signal, onEvent } = options
  const startedAt = Date.now()
  onEvent({ type: 'stage', text: 'starting the sandbox' })
  const started = new Started()
  try {
    const { sandbox, monitors, baselined, processes, problems } = await start(options, started)
    const listening = new Listening({ sandbox, monitors, workDirectory: options.workDirectory, signal, onEvent })
    started.onReplaced = (text) => listening.problem(text)
    for (const problem of problems) listening.problem(problem)
    const stage = await openStageFor(options, processes, sandbox, monitors, started)
    const performers = stage && new Performers(stage, listening)
    const [windowMs, learnMs] = [campaign.window, campaign.learn ?? 0]
    const entries = (ids: readonly string[]) => ids.flatMap((id) => listening.ledger.get(id) ?? [])
    const playing = { ...options, sandbox, listening, generators, performers, windowMs, learnMs }
    await perform({
      subnet: sandbox.network.subnet,
      signal: listening.signal,
      play: (plan) => playAll({ ...playing, plan }),
      heard: async (ids, ms) => {
        await listening.changes.until(() => entries(ids).every(isAnswered), ms, listening.signal)
      },
      judged: (ids) => {
        const joiner = new Joiner({ listening, monitors })
        const judging = { campaign, monitors, listening, joiner, endedAt: Date.now() }
        return entries(ids).map((entry) => recordTrial(judging, entry, noCompanions))
      },
    })
    onEvent({ type: 'stage', text: 'waiting for what the monitors still have to say' })
    const looking = console?.finish(signal)
    await listening.finish(campaign.window)
    const endedAt = Date.now()
    for (const problem of await started.remove()) listening.problem(problem)
    await looking
    return toRecord({ ...options, startedAt, endedAt, sandbox, monitors, listening, baselined, console })
  } finally {
    await started.remove()
  }
}

/** Opens the sandbox, and the monitors beside it as soon as the tap runs. */
async function start(options: CampaignOptions, started: Started) {
  const { campaign, engine, session, images, signal } = options
  const problems: string[] = []
  const playsProcesses = options.scenarios.some(({ stimulus, control }) =>
    [stimulus, control].some((play) => play !== undefined && playsProcess(play, generators)),
  )
  let opening: Promise<WatchedMonitor[]> = Promise.resolve([])
  const giveUp = new AbortController()
  // Of the plan no more than this is kept: whoever plays the trials has it once.
  let planned: { network: string; ahead: Ahead } | null = null
  const ahead = (network: string) => {
    if (planned?.network !== network) {
      const whole = plan(options.scenarios, campaign, { seed: options.seed, subnet: network })
      planned = { network, ahead: aheadOf(whole) }
    }
    return planned.ahead
  }
  const onTap = (tapContainerId: string, network: string) => {
    const { baselined } = ahead(network)
    opening = openMonitors({
      ...options,
      tapContainerId,
      baselined,
      playsProcesses,
      onProblem: (text) => problems.push(text),
      signal: AbortSignal.any([signal, giveUp.signal]),
    })
    // It is awaited below; until then a failure must not count as unhandled.
    opening.catch(() => undefined)
  }
  const { mirror, subnet } = campaign.sandbox
  const onReplaced = (text: string) => started.onReplaced(text)
  const sandboxOptions = { engine, session, images, subnet, onTap, onReplaced, signal }
  try {
    const sandbox = await openSandbox({ ...sandboxOptions, ...(mirror === undefined ? {} : { mirror }) })
    started.add(sandbox)
    const monitors = await opening
    return { sandbox, monitors, problems, ...ahead(sandbox.network.subnet) }
  } catch (error) {
    // A sensor would wait for a wire that never comes up.
    giveUp.abort(error)
    throw error
  } finally {
    for (const monitor of await opening.catch(() => [])) started.add(monitor)
  }
}

/** What must be known before trials are played. */
interface Ahead {
  baselined: Plan['baselined']
  /** Identities of all that is played as a process. */
  processes: Identity[]
}

function aheadOf({ baselined, waves }: Plan): Ahead {
  const trials = waves.flatMap(({ baseline, trials, repeats }) => [...baseline, ...trials, ...repeats])
  return {
    baselined,
    processes: trials.filter((trial) => playsProcess(trial, generators)).map(({ identity }) => identity),
  }
}

/** The stage, where processes are played and somebody can see them; watched before anything runs there. */
async function openStageFor(
  { engine, session, images, signal }: CampaignOptions,
  identities: readonly Identity[],
  { network, wires }: Sandbox,
  monitors: readonly WatchedMonitor[],
  started: Started,
): Promise<ProcessStage | null> {
  if (identities.length === 0 || !monitors.some(({ monitor }) => monitor.layers.some(isProcessLayer))) return null
  const stage = await openStage({ engine, session, images, network: network.name, wires, identities, signal })
  started.add(stage)
  for (const { endpoint } of monitors) await endpoint?.watch(stage.container)
  return stage
}

/** What a campaign has started, to be removed in reverse order, each thing once. */
class Started {
  /** Who is told when an actor was replaced. */
  onReplaced: (text: string) => void = () => undefined
  readonly #things: AsyncDisposable[] = []

  add(thing: AsyncDisposable): void {
    this.#things.push(thing)
  }

  /** Goes on past failures and tells them in words: what is left then is a sweep's to remove. */
  async remove(): Promise<string[]> {
    const problems: string[] = []
    for (const thing of this.#things.splice(0).reverse()) {
      try {
        await thing[Symbol.asyncDispose]()
      } catch (error) {
        problems.push(`something was left behind, tocsin sweep removes it: ${(error as Error).message}`)
      }
    }
    return problems
  }
}

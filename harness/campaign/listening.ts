import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import {
  addTrial,
  type Attribution,
  type AttributionIndex,
  buildIndex,
  claimProcess,
  originOf,
} from '../attribution/attribute.ts'
import { latestBegun } from '../attribution/in-time.ts'
import type { StreamFacts } from '../../generators/conversation/conversation.ts'
import { MonitorError, SandboxError } from '../errors.ts'
import { isProcessLayer, type Observation } from '../monitors/observation.ts'
import type { ProcessSensorEnd } from '../sensors/endpoint/process-sensor.ts'
import type { Trial } from '../plan/trial.ts'
import type { WireName } from '../sandbox/actor.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { isBesideThePoint } from '../verdict/rule-defect.ts'
import { type CapturedFrame, createMatcher, type Matcher } from '../witness/match.ts'
import type { Proof } from '../witness/proof.ts'
import { pcapOf } from './captured-packets.ts'
import { Changes } from './changes.ts'
import type { EventSink } from './events.ts'
import { FlowCapture } from './flow-capture.ts'
import { type Heard, HeardLog } from './heard.ts'
import { attributed, type Companions, type Ledger } from './ledger.ts'
import { owedUntil } from './owed.ts'
import { clockOffset, type Sentinel } from './sentinel.ts'
import { type Place, Spool } from './spool.ts'
import type { WatchedMonitor } from './watched-monitor.ts'

/** How far a trial that is sent bit by bit may be ahead of the witness. The tap holds more than this. */
const framesAhead = 8192
const bytesAhead = 8 << 20
/** How long the witness may find nothing of it, milliseconds. */
const witnessPatienceMs = 5000

/** Everything that hears: the witness's capture and the monitors, from the first sentinel to the last record. */
export class Listening {
  readonly ledger: Ledger = new Map()
  readonly companions: Companions = new Map()
  /** When the stack had had its time to learn, milliseconds since the epoch; null where nothing was taught. */
  learntAt: number | null = null
  readonly sentinels: Sentinel[] = []
  /** All that the monitors said. */
  readonly log: HeardLog
  readonly problems: string[] = []
  readonly matcher: Matcher = createMatcher([])
  /** Packets of processes. */
  readonly flows = new FlowCapture()
  readonly changes = new Changes()
  /** Why no more trials are played; null while all is well. */
  stopped: { reason: string; interrupted: boolean } | null = null
  /** Set when a sensor of ours has lost packets, so that silence proves nothing. */
  lossReason: string | null = null
  /** The same for the sensor of processes. */
  processLossReason: string | null = null
  readonly monitors: readonly WatchedMonitor[]
  readonly #onEvent: EventSink
  readonly #signal: AbortSignal
  readonly #halt = new AbortController()
  #index: AttributionIndex = buildIndex([])
  readonly #pumps: Promise<void>[]
  readonly #dead = new Set<WatchedMonitor>()
  /** When process trials began, milliseconds since the epoch, by id. */
  readonly #begun = new Map<string, number>()
  readonly #packets: Spool
  /** Where the packets of trials are that are complete, by trial id. */
  readonly #places = new Map<string, Place>()

  constructor(options: {
    sandbox: Sandbox
    monitors: readonly WatchedMonitor[]
    /** Where files may lie that are too large for memory. */
    workDirectory: string
    signal: AbortSignal
    onEvent: EventSink
  }) {
    this.monitors = options.monitors
    this.#onEvent = options.onEvent
    this.#signal = options.signal
    const onFailure = ({ message }: Error) =>
      this.problem(`what is heard cannot be kept on the disk and stays in memory: ${message}`)
    this.log = new HeardLog(new Spool(join(options.workDirectory, 'observations'), onFailure))
    this.#packets = new Spool(join(options.workDirectory, 'packets'), onFailure)
    // Every trial under way listens.
    setMaxListeners(0, this.#halt.signal, options.signal)
    options.signal.addEventListener('abort', () => this.stop('interrupted by the user', true), { once: true })
    void options.sandbox.failed.then((error) => this.stop(error.message))
    void this.#capture(options.sandbox)
    this.#pumps = options.monitors.map((watched) => this.#pump(watched))
    for (const watched of options.monitors)
      void (watched.endpoint ?? watched.sensor)?.failed.then((error) => this.#lose(watched, error.message))
  }

  /** Fires when no more trials shall be played. */
  get signal(): AbortSignal {
    return this.#halt.signal
  }

  /** What tells of processes, of all that was heard. */
  get heard(): readonly Heard[] {
    return this.log.ofProcesses
  }

  /** The packets of a trial as a pcap; null where the witness still waits for some, or none are kept here. */
  packets(trialId: string): Uint8Array | null {
    const place = this.#places.get(trialId)
    return place === undefined ? null : this.#packets.read(place)
  }

  /** From now on observations and captured frames may belong to this trial. */
  expect(trial: Trial, wire: WireName, frames: readonly Uint8Array[]): void {
    addTrial(this.#index, { id: trial.id, identity: trial.identity, frames })
    this.matcher.add({ trialId: trial.id, wire, frames })
  }

  /** What a process trial tells comes after this. */
  begin(trialId: string): void {
    this.#begun.set(trialId, Date.now())
  }

  /** What proves that a trial, or what is played around it, happened. */
  proof(trialId: string): Proof {
    const entry = this.ledger.get(trialId) ?? this.companions.get(trialId)
    if (!entry?.performance) return this.matcher.proof(trialId)
    const { process } = entry
    if (process === null) return { subject: 'process', frames: 1, found: 0, firstAt: null, lastAt: null }
    return { subject: 'process', frames: 1, found: 1, firstAt: process.startedAt, lastAt: process.endedAt }
  }

  /** These processes of a container belong to a trial, also in what was heard before. */
  claim(trialId: string, container: string, pids: readonly number[]): void {
    for (const pid of pids) claimProcess(this.#index, trialId, { container, pid })
    const isOf = ({ process }: Observation) => process?.container === container && pids.includes(process.pid)
    for (const heard of this.heard) {
      if (heard.trialId !== null || !isOf(heard.observation)) continue
      Object.assign(heard, this.#assign(heard.observation))
    }
    this.changes.notify()
  }

  /**
   * As `expect`, for a trial whose frames come bit by bit.
   * @param onFound gets each of them as the witness finds it
   */
  expectStream(trial: Trial, wire: WireName, stream: StreamFacts, onFound: (captured: CapturedFrame) => void): void {
    const { heads: frames, addresses, frames: total } = stream
    addTrial(this.#index, { id: trial.id, identity: trial.identity, frames, addresses })
    this.matcher.add({ trialId: trial.id, wire, frames: [], total, onFound })
  }

  /**
   * These frames of the trial come next. Returns at once while the witness keeps up, else when it has caught up.
   * @throws SandboxError when it finds nothing more of the trial for some seconds
   */
  async expectMore(trialId: string, frames: readonly Uint8Array[]): Promise<void> {
    this.matcher.extend(trialId, frames)
    const isBehind = () => {
      const pending = this.matcher.pending(trialId)
      return pending.frames > framesAhead || pending.bytes > bytesAhead
    }
    while (isBehind()) {
      const { found } = this.matcher.proof(trialId)
      const hasMoved = () => !isBehind() || this.matcher.proof(trialId).found > found + framesAhead / 4
      if (await this.changes.until(hasMoved, witnessPatienceMs, this.signal)) continue
      this.signal.throwIfAborted()
      const { frames: missing } = this.matcher.pending(trialId)
      throw new SandboxError(`the witness did not capture ${missing} frames within ${witnessPatienceMs / 1000} s`)
    }
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
   * Hears the monitors out. The embedded sensor is stopped, which flushes all it has; other stacks get the time that
   * is owed to them.
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
    // Nothing more is heard that would have to be tied to its trial.
    this.#index = buildIndex([])
    for (const watched of this.monitors) this.problems.push(...watched.monitor.problems())
  }

  async #hearOut(watched: WatchedMonitor, windowMs: number): Promise<void> {
    if (watched.endpoint) {
      if (this.isAlive(watched)) this.#countProcessLoss(await watched.endpoint.stop())
      return
    }
    if (watched.sensor) {
      if (this.isAlive(watched)) this.#countLoss((await watched.sensor.stop()).drops)
      return
    }
    if (this.stopped) return
    const rest = () => owedUntil(this.ledger.values(), windowMs) - Date.now()
    const isOver = () => rest() <= 0 || this.stopped !== null
    // What is owed only shrinks, so the first deadline is the last.
    await this.changes.until(isOver, Math.max(0, rest()), this.#signal)
  }

  #countLoss(drops: number | null): void {
    if (!drops) return
    this.lossReason = `the sensor lost ${drops} packets`
    this.problem(`${this.lossReason}: what it did not see cannot be held against it`)
  }

  #countProcessLoss({ loss }: ProcessSensorEnd): void {
    if (loss === null) return
    this.processLossReason ??= loss
    this.problem(`${loss}: what was not told of processes cannot be held against the stack`)
  }

  async #capture(sandbox: Sandbox): Promise<void> {
    try {
      for await (const frame of sandbox.capture) {
        const match = this.matcher.see(frame)
        if (match === null) this.flows.see(frame)
        else {
          this.#settle(match.trialId)
          this.changes.notify()
        }
      }
    } catch (error) {
      this.stop(`the witness's capture broke: ${(error as Error).message}`)
    }
  }

  /** The packets of a trial go to the disk as soon as all are there. */
  #settle(trialId: string): void {
    const frames = this.matcher.take(trialId)
    if (frames.length > 0 && (this.ledger.has(trialId) || this.companions.has(trialId)))
      this.#places.set(trialId, this.#packets.add(pcapOf(frames)))
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
    this.log.add({ observation, ...this.#assign(observation) })
  }

  /** Ties an observation to its trial, to what was played around it, or to a sentinel, if it is of one. */
  #assign(observation: Observation): Pick<Heard, 'trialId' | 'phase' | 'strength'> {
    const found = this.#tied(observation)
    if (!found) return { trialId: null, phase: null, strength: null }
    const { process } = observation
    // What it starts in its turn belongs to the trial too.
    if (process?.container && found.strength !== 'time')
      claimProcess(this.#index, found.trialId, { container: process.container, pid: process.pid })
    const companion = this.companions.get(found.trialId)
    this.#enter(observation, found)
    return {
      trialId: companion?.trial.of ?? found.trialId,
      phase: companion?.trial.phase ?? null,
      strength: found.strength,
    }
  }

  #enter(observation: Observation, found: Attribution): void {
    const companion = this.companions.get(found.trialId)
    if (companion) {
      companion.observed.push(attributed(companion, observation, found.strength))
      return
    }
    const entry = this.ledger.get(found.trialId)
    if (entry) {
      entry.observed.push(attributed(entry, observation, found.strength))
      if (
        observation.kind === 'alert' &&
        entry.trial.kind === 'stimulus' &&
        !isBesideThePoint(observation, entry.trial)
      ) {
        const { firstAt } = this.proof(found.trialId)
        const latencyMs = firstAt === null ? null : Math.max(0, observation.receivedAt - firstAt)
        this.#onEvent({ type: 'alert', trial: entry.trial, observation, latencyMs })
      }
      return
    }
    const sentinel = this.sentinels.find((each) => each.trial.id === found.trialId)
    if (sentinel) hearSentinel(sentinel, observation)
  }

  /** What fits several playings of one trial, and nothing else, is told apart by its time. */
  #tied(observation: Observation): Attribution | null {
    const origin = originOf(observation, this.#index)
    if (origin.kind === 'trial') return origin
    if (origin.kind === 'none') return null
    const trials = new Set(origin.common.map((id) => this.companions.get(id)?.trial.of ?? id))
    if (trials.size !== 1) return null
    const at = (observation.startedAt ?? observation.at) - (clockOffset(this.sentinels) ?? 0)
    const trialId = latestBegun(origin.common, (id) => this.#begun.get(id) ?? this.matcher.proof(id).firstAt, at)
    return trialId === null ? null : { trialId, strength: origin.strength }
  }
}

function hearSentinel(sentinel: Sentinel, observation: Observation): void {
  if (observation.kind === 'alert') {
    sentinel.outcomes.set(observation.monitor, 'alerted')
    // The clocks are compared by the packet, whose time the witness knows best.
    if (!isProcessLayer(observation.layer))
      sentinel.alert ??= { at: observation.at, receivedAt: observation.receivedAt }
  } else if (sentinel.outcomes.get(observation.monitor) !== 'alerted') {
    sentinel.outcomes.set(observation.monitor, 'logged')
  }
}

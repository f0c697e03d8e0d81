import { join } from 'node:path'
import type { Conversation } from '../../generators/conversation/conversation.ts'
import type { AnyGenerator } from '../../generators/generator.ts'
import { wireOf } from '../../generators/wires/choose.ts'
import { type PackedFrames, unpackCopy } from '../../generators/conversation/packed-frames.ts'
import { SandboxError } from '../errors.ts'
import { makeConversation, makeStimulus } from '../plan/conversation.ts'
import type { Plan, Wave } from '../plan/plan.ts'
import type { Companion, Trial } from '../plan/trial.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { Answers } from '../stimulus/answers.ts'
import { play, type Played } from '../stimulus/play.ts'
import { playStream } from '../stimulus/play-stream.ts'
import type { EventSink } from './events.ts'
import { EvidenceSpool } from './evidence-spool.ts'
import { type Entry, noFrames } from './ledger.ts'
import type { Listening } from './listening.ts'
import { type Performers, performOne, sentinelPerformance } from './performing.ts'
import { isAsked, overall, type Sentinel, sentinelTrial } from './sentinel.ts'

/** Trials on the wire at the same time. Each has addresses of its own, so they do not disturb each other. */
const trialsAtOnce = 32
/** Longest wait for an agent beyond the delays that a scenario asks for. */
const agentPatienceMs = 15_000

export interface Playing {
  plan: Pick<Plan, 'waves' | 'sentinelEvery'>
  sandbox: Sandbox
  listening: Listening
  generators: readonly AnyGenerator[]
  /** The scenario folder, whose files trials may play. */
  folder: string
  /** Where files may lie while the campaign runs. */
  workDirectory: string
  /** Null where no process is played. */
  performers: Performers | null
  windowMs: number
  /** Time that the stack gets to learn once the baseline has been played and heard. */
  learnMs: number
  onEvent: EventSink
}

/** As `Playing`, while it goes on. */
interface UnderWay extends Playing {
  answers: Answers
}

/** Plays every trial of the plan between sentinels. What cannot be played any more is entered with the reason. */
export async function playAll(given: Playing): Promise<void> {
  const { plan, listening, onEvent } = given
  using answers = new Answers(listening.signal)
  const playing: UnderWay = { ...given, answers }
  const total = plan.waves.reduce((sum, wave) => sum + wave.trials.length, 0)
  let done = 0
  const onPlayed = (trial: Trial) => onEvent({ type: 'played', trial, done: ++done, of: total })
  for (const wave of plan.waves) {
    const sentinels = wave.sentinels.map((identity, place) =>
      sentinelTrial(listening.sentinels.length + place + 1, identity),
    )
    const ringNext = () => ring(playing, sentinels.shift() as Trial)
    await ringNext()
    if (wave.baseline.length > 0) await teach(playing, wave.baseline, ringNext)
    for (const segment of segments(wave, plan.sentinelEvery))
      await playBetween(playing, listening.ledger, alone(segment), ringNext, onPlayed)
    if (wave.repeats.length === 0) continue
    onEvent({ type: 'phase', text: `playing ${wave.repeats.length} anomalies once more, which are no longer new` })
    await playBetween(playing, listening.companions, alone(wave.repeats), ringNext)
  }
}

/** Plays the ordinary traffic of all trials together, and gives the stack time to learn. */
async function teach(playing: UnderWay, baseline: readonly Companion[], ringNext: () => Promise<void>): Promise<void> {
  const { listening, learnMs, onEvent } = playing
  onEvent({ type: 'phase', text: `playing ${baseline.length} conversations of ordinary traffic, to be learnt` })
  await playBetween(playing, listening.companions, byTrial(baseline), ringNext)
  if (learnMs > 0 && !listening.stopped) {
    onEvent({ type: 'phase', text: `giving the stack ${learnMs / 1000} s to learn` })
    await listening.changes.until(() => listening.stopped !== null, learnMs, listening.signal)
  }
  if (!listening.stopped) listening.learntAt = Date.now()
}

/** A wave cut at its sentinels: one more sentinel than segments. */
function segments(wave: Wave, length: number): Trial[][] {
  const result: Trial[][] = []
  for (let start = 0; start < wave.trials.length; start += length) result.push(wave.trials.slice(start, start + length))
  return result
}

function byTrial(companions: readonly Companion[]): Companion[][] {
  const groups = new Map<string, Companion[]>()
  for (const each of companions) groups.set(each.of, [...(groups.get(each.of) ?? []), each])
  return [...groups.values()]
}

function alone<T>(items: readonly T[]): T[][] {
  return items.map((item) => [item])
}

/** Plays groups side by side, what is in one group one after the other, and rings when all are done. */
async function playBetween<Kind extends Trial>(
  playing: UnderWay,
  ledger: Map<string, Entry<Kind>>,
  groups: readonly (readonly Kind[])[],
  ringNext: () => Promise<void>,
  onPlayed: (trial: Kind) => void = () => undefined,
): Promise<void> {
  const { listening } = playing
  const before = listening.sentinels.at(-1) as Sentinel
  const queue = groups.values()
  const entries: Entry[] = []
  const worker = async () => {
    for (const group of queue)
      for (const trial of group) {
        const entry = enter(playing, ledger, trial, before.number)
        entries.push(entry)
        if (!entry.failure) await playOne(playing, entry)
        // Of ordinary traffic the record names the flows.
        if (!('of' in trial)) entry.conversation = noFrames
        onPlayed(trial)
      }
  }
  await Promise.all(Array.from({ length: trialsAtOnce }, worker))
  await ringNext()
  const after = listening.sentinels.at(-1) as Sentinel
  for (const entry of entries) entry.sentinelAfter = after.number
}

/** Writes the trial into the ledger and tells the witness what to look for. */
function enter<Kind extends Trial>(
  { listening, generators, folder, workDirectory }: UnderWay,
  ledger: Map<string, Entry<Kind>>,
  trial: Kind,
  sentinelBefore: number,
): Entry<Kind> {
  const entry: Entry<Kind> = {
    trial,
    conversation: noFrames,
    performance: null,
    process: null,
    evidence: null,
    wire: 'frame',
    sentinelBefore,
    sentinelAfter: null,
    playedUntil: null,
    failure: listening.stopped ? `not played: ${listening.stopped.reason}` : null,
    observed: [],
  }
  ledger.set(trial.id, entry)
  const entered = listening.ledger.size + listening.companions.size
  try {
    const stimulus = makeStimulus(trial, generators, folder)
    if (stimulus.kind === 'process') entry.performance = stimulus.performance
    else {
      entry.conversation = stimulus.conversation
      entry.wire = wireOf(entry.conversation, trial.identity).wire
      if (entry.conversation.stream !== undefined)
        entry.evidence = new EvidenceSpool(join(workDirectory, `evidence-${entered}.pcap`))
    }
  } catch (error) {
    entry.failure ??= `the packets could not be made: ${(error as Error).message}`
  }
  if (entry.performance !== null) listening.flows.expect(trial.id, trial.identity.server.ipv4)
  const { conversation, evidence, wire } = entry
  if (conversation.stream === undefined || evidence === null) listening.expect(trial, wire, bytesOf(conversation))
  else listening.expectStream(trial, wire, conversation.stream, (captured) => evidence.add(captured))
  return entry
}

async function playOne({ sandbox, listening, performers, answers }: UnderWay, entry: Entry): Promise<void> {
  if (entry.performance !== null) return performOne(performers, entry)
  const { trial, conversation, wire } = entry
  const late = () => new SandboxError(`an agent did not answer within ${agentPatienceMs / 1000} s`)
  try {
    let played: Played
    if (conversation.stream !== undefined) {
      // The witness looks for them longer than their memory lasts.
      const before = (frames: PackedFrames) => listening.expectMore(trial.id, unpackCopy(frames))
      played = await playStream(conversation, wire, sandbox.actors, { before }, listening.signal)
    } else {
      const delays = delaysOf(conversation)
      const playing = play(conversation, wire, sandbox.actors, listening.signal)
      played = await answers.of(playing, delays + agentPatienceMs, late)
    }
    entry.playedUntil = played.lastAt
    const [refused] = played.refused
    if (refused) entry.failure = `the kernel refused frame ${refused.frame + 1}: ${refused.error}`
  } catch (error) {
    entry.failure = `not wholly played: ${(error as Error).message}`
  }
}

function bytesOf({ frames }: Conversation): Uint8Array[] {
  return Array.from(frames, ({ bytes }) => bytes)
}

function delaysOf({ frames }: Conversation): number {
  let delays = 0
  for (const { delay } of frames) delays += delay ?? 0
  return delays
}

/** Sends a sentinel and waits until the witness and every living monitor have seen it, or the window is over. */
async function ring(playing: UnderWay, trial: Trial): Promise<void> {
  const { sandbox, listening, generators, performers, windowMs, answers, onEvent } = playing
  const conversation = makeConversation(trial, generators)
  const sentinel: Sentinel = {
    number: trial.trial,
    trial,
    sentAt: Date.now(),
    proven: false,
    outcomes: new Map(listening.monitors.map(({ monitor }) => [monitor.name, 'silent'])),
    alert: null,
    capturedAt: null,
  }
  // A stack whose first sentinel only left a record has no rule for it: later ones need not wait for an alert.
  const knownSilent = listening.sentinels.some(({ outcomes }) => overall(outcomes.values()) === 'logged')
  listening.sentinels.push(sentinel)
  if (listening.stopped) return
  listening.expect(trial, 'frame', bytesOf(conversation))
  try {
    const sending = play(conversation, 'frame', sandbox.actors, listening.signal)
    // A process that does not run leaves the monitors of processes silent: nothing is said of the packets by that.
    const performing = performers?.play(trial.id, trial.identity, sentinelPerformance(trial.identity))
    const performed = performing?.catch((error: Error) => listening.problem(`the sentinel’s process: ${error.message}`))
    await answers.of(sending, agentPatienceMs, () => new SandboxError('an agent did not answer'))
    await performed
  } catch (error) {
    listening.stop(`the sentinel could not be sent: ${(error as Error).message}`)
    return
  }
  const heard = () =>
    listening.matcher.complete(trial.id) &&
    listening.monitors.every(
      (watched) =>
        !listening.isAlive(watched) ||
        !isAsked(watched.monitor, performers !== null) ||
        sentinel.outcomes.get(watched.monitor.name) === 'alerted' ||
        (knownSilent && sentinel.outcomes.get(watched.monitor.name) === 'logged'),
    )
  await listening.changes.until(heard, windowMs, listening.signal)
  const proof = listening.matcher.proof(trial.id)
  sentinel.proven = proof.found === proof.frames
  sentinel.capturedAt = proof.firstAt
  const outcome = overall(sentinel.outcomes.values())
  onEvent({ type: 'sentinel', name: trial.id, outcome })
  if (outcome === 'silent' && listening.sentinels.length === 1)
    listening.stop(
      sentinel.proven
        ? 'no monitor noticed the first sentinel: the stack does not see the traffic of the sandbox'
        : 'the witness did not capture the first sentinel: the mirror does not work',
    )
}

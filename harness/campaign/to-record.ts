import { release } from 'node:os'
import type { RecordedProcess, RecordedScenario, RecordedSentinel, RecordedTrial, Run } from '../evidence/record.ts'
import { summarise } from '../evidence/summary.ts'
import type { EvidenceFile } from '../evidence/write.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { isProcessLayer } from '../monitors/observation.ts'
import type { ProcessProof } from '../witness/process-proof.ts'
import { describe } from '../scenario/describe.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import { productOf } from '../monitors/registry.ts'
import { judge, type StackState } from '../verdict/judge.ts'
import {
  companionsByTrial,
  evidencePath,
  failureOf,
  iso,
  noCompanions,
  recordBaseline,
  recordRepeat,
  recordTrialBaseline,
  type TrialCompanions,
} from './baseline-record.ts'
import type { ConsoleWitness } from '../witness/console-witness.ts'
import { recordSightings } from './console-record.ts'
import { recordConfigurations } from './configuration-record.ts'
import { capturedPackets } from './captured-packets.ts'
import { explained } from './explained.ts'
import type { Entry } from './ledger.ts'
import { Joiner } from './joining.ts'
import type { Listening } from './listening.ts'
import type { Plan } from '../plan/plan.ts'
import type { CampaignOptions, CampaignOutcome } from './run-campaign.ts'
import { clockOffset, median, noticed, overall, type Sentinel } from './sentinel.ts'
import type { WatchedMonitor } from './watched-monitor.ts'

/** Release of ATT&CK that the scenarios' identifiers are taken from. */
export const attackVersion = '18.1'

/** Everything that a campaign leaves behind once it has been played and heard out. */
export interface Played extends CampaignOptions {
  startedAt: number
  endedAt: number
  sandbox: Sandbox
  monitors: readonly WatchedMonitor[]
  listening: Listening
  /** Addresses that the ordinary traffic of the baseline has; null without one. */
  baselined: Plan['baselined']
  /** Null where nobody looked at a console. */
  console: ConsoleWitness | null
}

/** What of it a trial is judged by. */
export type Judging = Pick<Played, 'campaign' | 'monitors' | 'listening' | 'endedAt'> & { joiner: Joiner }

/** Judges every trial and puts the record together. Observations and packets are handed out as they are asked for. */
export function toRecord(played: Played): CampaignOutcome {
  const { listening } = played
  const companions = companionsByTrial(listening.companions.values())
  const judging = { ...played, joiner: new Joiner(played) }
  const judged = [...listening.ledger.values()].map((entry) => {
    const around = companions.get(entry.trial.id) ?? noCompanions
    const trial = recordTrial(judging, entry, around)
    played.onEvent({ type: 'judged', trial })
    // From now on it stands in the record.
    entry.observed = []
    return { trial, entry, around }
  })
  const verdicts = judged.map(({ trial }) => trial)
  const sightings = played.console ? recordSightings(played.console, verdicts) : null
  const trials = (sightings?.trials ?? verdicts).sort(byScenario)
  const run = { ...recordRun(played, trials), ...(sightings ? { console: sightings.console } : {}) }
  played.onEvent({ type: 'ended', run })
  return {
    record: { run, trials },
    observations: listening.log.observations(),
    evidence: evidenceOf(listening, judged, sightings?.evidence ?? []),
  }
}

function* evidenceOf(
  listening: Listening,
  judged: readonly { trial: RecordedTrial; entry: Entry; around: TrialCompanions }[],
  others: readonly EvidenceFile[],
): Generator<EvidenceFile> {
  for (const { trial, entry, around } of judged) {
    const packets: [path: string | null | undefined, entries: readonly Entry[]][] = [
      [trial.evidence, [entry]],
      [trial.baseline?.evidence, around.baseline],
      [trial.repeat?.evidence, around.repeat],
    ]
    for (const [path, entries] of packets)
      if (path != null) yield { path, content: capturedPackets(listening, entries) }
    if (trial.proof.process) yield { path: trial.proof.process.evidence, content: processEvidence(entry) }
  }
  yield* others
}

/** Judges one trial by what is known until `endedAt`. */
export function recordTrial(played: Judging, entry: Entry, around: TrialCompanions): RecordedTrial {
  const { listening, campaign, monitors } = played
  const { trial } = entry
  const proof = listening.proof(trial.id)
  const windowMs = campaign.window
  const baseline = recordTrialBaseline(listening, around.baseline)
  const joins = played.joiner.joinsOf(entry)
  const judgement = judge({
    trial,
    proof,
    observations: entry.observed,
    stack: stackState(played, entry),
    windowMs,
    ...(baseline ? { baseline: { ...baseline, failure: failureOf(around.baseline) } } : {}),
    monitors: monitors.map(({ monitor, type }) => ({
      name: monitor.name,
      product: productOf(type, monitor.name),
      layers: monitor.layers,
    })),
    failure: entry.failure,
    joins,
  })
  const { identity } = trial
  const [repeat] = around.repeat
  return {
    scenario: trial.scenario,
    case: trial.case,
    kind: trial.kind,
    trial: trial.trial,
    id: trial.id,
    verdict: judgement.verdict,
    // Joined, for V8 keeps all parts of a text that a template puts together.
    reason: [judgement.reason, ''].join(''),
    met: judgement.met,
    ...(judgement.shortfall === undefined ? {} : { shortfall: judgement.shortfall }),
    matchedBy: judgement.matchedBy,
    latencyMs: judgement.latencyMs === null ? null : round(judgement.latencyMs),
    alerts: judgement.alerts,
    layers: judgement.layers,
    ...(joins.length > 0 ? { joins } : {}),
    proof: {
      frames: proof.frames,
      found: proof.found,
      ...(entry.process ? { process: recordProcess(entry, entry.process) } : {}),
    },
    wire: entry.performance === null ? entry.wire : 'kernel',
    sentAt: proof.firstAt === null ? null : iso(proof.firstAt),
    identity,
    evidence: hasFrames(listening, entry) ? evidencePath(trial.id) : null,
    ...(baseline ? { baseline } : {}),
    ...(repeat
      ? {
          repeat: recordRepeat(listening, repeat, {
            trial: { expect: trial.expect, verdict: judgement.verdict },
            stack: stackState(played, repeat),
            windowMs,
          }),
        }
      : {}),
  }
}

/** Whether the stack was listening around a trial, as the sentinels before and after it show. */
function stackState({ listening, monitors, endedAt }: Judging, entry: Entry): StackState {
  const sentinel = (number: number | null) => listening.sentinels.find((each) => each.number === number)
  const before = sentinel(entry.sentinelBefore)
  const after = sentinel(entry.sentinelAfter)
  const isProcess = entry.performance !== null
  const concerned = monitors.filter(({ monitor }) =>
    monitor.layers.some((layer) => isProcessLayer(layer) === isProcess),
  )
  const deaf = (each: Sentinel | undefined) => !noticed(each, concerned)
  const lossReason = isProcess ? listening.processLossReason : listening.lossReason
  const reason = listening.stopped
    ? listening.stopped.reason
    : deaf(before)
      ? `sentinel ${entry.sentinelBefore} before it was not noticed`
      : deaf(after)
        ? `sentinel ${entry.sentinelAfter} after it was not noticed`
        : lossReason
  const alive = !deaf(before) && !deaf(after) && lossReason === null
  return {
    alive,
    reason: alive ? null : reason,
    alertWatermark: alive ? (after?.capturedAt ?? null) : null,
    watchedUntil: endedAt,
    clockOffsetMs: clockOffset(listening.sentinels),
  }
}

function recordRun(played: Played, trials: readonly RecordedTrial[]): Run {
  const { listening, campaign, monitors, sandbox, engine, images, seed } = played
  const sensor = monitors.find((each) => each.sensor)?.sensor ?? null
  const anomalies = firstAnomalies(listening)
  const scenarios = played.scenarios.map((scenario) => ({
    ...recordScenario(scenario),
    ...explanationOf(played, scenario, anomalies.get(scenario.id)),
  }))
  return {
    format: 1,
    id: played.session,
    tool: { name: 'tocsin', version: played.toolVersion },
    campaign: {
      name: campaign.name,
      title: campaign.title,
      seed,
      trialsPerScenario: campaign.trials,
      windowMs: campaign.window,
      digest: played.campaignDigest,
      arguments: played.arguments,
    },
    authorisation: campaign.authorisation ?? null,
    startedAt: iso(played.startedAt),
    endedAt: iso(played.endedAt),
    incomplete: listening.stopped !== null,
    ...(played.population === undefined ? {} : { population: played.population }),
    summary: summarise(scenarios, trials, played.endedAt - played.startedAt),
    scenarios,
    monitors: monitors.map(({ monitor, type, version, sensor: own, endpoint }) => ({
      name: monitor.name,
      type,
      layers: [...monitor.layers],
      version,
      embedded: own !== null || endpoint !== null,
    })),
    images: [images.actor, images.sensor, ...(isOnStage(played) ? [images.endpoint, images.stage] : [])].map(
      ({ name, digest }) => ({ name, digest }),
    ),
    ruleSet: sensor?.ruleSet ?? null,
    ...recordConfigurations(monitors, scenarios),
    versions: { node: process.version, ...(sensor ? { suricata: sensor.version } : {}) },
    host: { platform: process.platform, release: release(), engine: engine.version },
    network: sandbox.network,
    ...recordBaseline(played),
    clock: {
      source: 'the clock of the host that captured and judged',
      offsetMs: roundOrNull(clockOffset(listening.sentinels)),
      deliveryMs: roundOrNull(
        median(listening.sentinels.flatMap(({ alert }) => (alert ? [alert.receivedAt - alert.at] : []))),
      ),
    },
    sentinels: listening.sentinels.map(recordSentinel),
    problems: [...listening.problems, ...unalerted(listening.sentinels)],
  }
}

/** Says why a stack that only keeps records raises no alert. */
function unalerted(sentinels: readonly Sentinel[]): string[] {
  const [first] = sentinels
  if (!first || overall(first.outcomes.values()) !== 'logged') return []
  return [
    'The sentinel left a record but raised no alert: the stack sees the traffic, but has no rule for an ICMP message of an unassigned type (Suricata: 2200024). Its rules are probably not loaded.',
  ]
}

function recordScenario(scenario: LoadedScenario): RecordedScenario {
  const { id, title, clause, description, digest, file, expected, rules, telemetry, assumptions, limits, references } =
    {
      ...scenario,
      ...describe(scenario),
    }
  return {
    id,
    title,
    clause,
    description,
    attack: { ...scenario.attack, version: attackVersion },
    digest,
    file,
    expected,
    expectedRules: rules,
    ...(scenario.knownDefects === undefined ? {} : { knownDefects: scenario.knownDefects }),
    telemetry,
    ...(scenario.expect?.correlate === undefined ? {} : { correlate: scenario.expect.correlate }),
    assumptions,
    limits,
    references,
    ...(scenario.baseline.length > 0
      ? { baseline: scenario.baseline.map(({ note, count }) => ({ note, count })) }
      : {}),
  }
}

function firstAnomalies({ ledger }: Listening): Map<string, Entry> {
  const first = new Map<string, Entry>()
  for (const entry of ledger.values()) {
    const { scenario, kind, trial } = entry.trial
    if (kind === 'stimulus' && trial === 1 && !first.has(scenario)) first.set(scenario, entry)
  }
  return first
}

/** The packets of a scenario's first anomaly; nothing of a process, of legal traffic, and of what was not played. */
function explanationOf(
  { listening, folder }: Played,
  scenario: LoadedScenario,
  entry: Entry | undefined,
): Pick<RecordedScenario, 'explained'> {
  if (entry === undefined || entry.performance !== null) return {}
  try {
    return { explained: explained(scenario, entry.trial, folder) }
  } catch (error) {
    const why = (error as Error).message
    listening.problem(`the packets of ${scenario.id} could not be taken apart for the report: ${why}`)
    return {}
  }
}

function recordSentinel({ trial, sentAt, alert, proven }: Sentinel): RecordedSentinel {
  return { name: trial.id, sentAt: iso(sentAt), alertAt: alert ? iso(alert.at) : null, proven }
}

function hasFrames(listening: Listening, { trial }: Entry): boolean {
  return listening.matcher.proof(trial.id).found > 0 || listening.flows.captured(trial.id).length > 0
}

function isOnStage({ listening }: Played): boolean {
  return [...listening.ledger.values()].some(({ performance }) => performance !== null)
}

function recordProcess({ trial }: Entry, { process, peer, startedAt, endedAt, exit }: ProcessProof): RecordedProcess {
  const { pid, executable, deleted, arguments: words, parents, container } = process
  return {
    pid,
    executable,
    deleted,
    arguments: words,
    parents: parents.map((parent) => parent.executable),
    container,
    peer: peer === null ? null : { ...peer },
    startedAt: iso(startedAt),
    endedAt: iso(endedAt),
    exit,
    evidence: evidencePath(trial.id).replace(/\.pcap$/, '.json'),
  }
}

function processEvidence({ trial, process, performance }: Entry): string {
  return `${JSON.stringify({ trial: trial.id, identity: trial.identity, performance, witness: process }, null, 2)}\n`
}

function byScenario(one: RecordedTrial, other: RecordedTrial): number {
  return (
    compare(one.scenario, other.scenario) ||
    compare(one.case, other.case) ||
    Number(one.kind === 'control') - Number(other.kind === 'control') ||
    one.trial - other.trial
  )
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

function roundOrNull(ms: number | null): number | null {
  return ms === null ? null : round(ms)
}

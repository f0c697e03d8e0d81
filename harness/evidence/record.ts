import type { Join } from '../correlation/join.ts'
import type { Frontier } from '../frontier/frontier.ts'
import type { RuleException, RuleState } from '../monitors/configuration.ts'
import type { Layer } from '../monitors/observation.ts'
import type { Phase, TrialKind } from '../plan/trial.ts'
import type { Proof } from '../witness/proof.ts'
import type { SightingOutcome } from '../witness/sighting.ts'
import type { ControlVerdict, Shortfall, StimulusVerdict, Strength } from '../verdict/verdict.ts'

/** The record of a campaign: the only thing that reports are made from. Times are ISO 8601 in UTC with milliseconds. */
export interface Run {
  /** Version of this format. */
  format: 1
  id: string
  tool: { name: 'tocsin'; version: string }
  campaign: {
    name: string
    title: string
    seed: string
    trialsPerScenario: number
    windowMs: number
    digest: string
    /** What was typed after `tocsin`, without `--seed`, `--out`, `--runs` and `--json`: with the seed it plays the same again. */
    arguments?: string[]
  }
  authorisation: { by: string; reference: string; validUntil: string } | null
  startedAt: string
  endedAt: string
  /** True when the run was interrupted or the stack died before its end. */
  incomplete: boolean
  /** What the scenarios were chosen from; absent where they were not chosen from a library. */
  population?: RecordedPopulation
  /** The run before this one in the same place, as far as it is compared with; absent where there was none. */
  previous?: RecordedPrevious
  summary: Summary
  scenarios: RecordedScenario[]
  monitors: { name: string; type: string; layers: Layer[]; version: string | null; embedded: boolean }[]
  images: { name: string; digest: string }[]
  ruleSet: {
    name: string
    version: string
    digest: string
    files: number
    active: number
    /** Tocsin's own rules beside those that the product ships; absent when none were loaded. */
    tocsin?: { digest: string; files: number; active: number }
  } | null
  /** What the monitors' products worked with, of what concerns the scenarios; absent where nothing is known. */
  configurations?: RecordedConfiguration[]
  versions: Record<string, string>
  host: { platform: string; release: string; engine: string }
  network: { name: string; subnet: string }
  /** What the stack was to learn from; absent where no scenario has a baseline. */
  baseline?: RecordedBaseline
  clock: { source: string; offsetMs: number | null; deliveryMs: number | null }
  sentinels: RecordedSentinel[]
  /** What a search for a detection frontier found; absent in a campaign. The trials are its own. */
  frontier?: RecordedFrontier
  /** The page of the stack that was looked at; absent where the campaign names none. The counts are of trials. */
  console?: {
    name: string
    url: string
    shown: number
    notShown: number
    inconclusive: number
    /** Trials that were not looked for, because the campaign set a limit. */
    skipped: number
  }
  /** What was done to this copy; absent in an original. */
  redaction?: Redaction
  /** Plain sentences about what went wrong on our side. */
  problems: string[]
}

/**
 * What a redacted copy replaces. `flow`: community ids, which are hashes of addresses; `payload`: bytes of packets and
 * encoded text that may hold addresses.
 */
export const redactedKinds = ['ipv4', 'ipv6', 'mac', 'host', 'user', 'flow', 'payload'] as const

export type RedactedKind = (typeof redactedKinds)[number]

/** How a redacted copy differs from its original. Verdicts, counts, times and figures are the same. */
export interface Redaction {
  /** Id of the original run. */
  of: string
  /** SHA-256 of the original's `manifest.json`, hex. */
  manifest: string
  /** How many different values were replaced by tokens in the record, and in how many places. */
  replaced: { kind: RedactedKind; values: number; places: number }[]
  /** Files of the evidence that are not in the copy: path, bytes, and SHA-256 in hex. */
  withheld: { path: string; size: number; sha256: string }[]
}

/** What a monitor's product worked with when the campaign began, of what concerns the rules that its scenarios expect. */
export interface RecordedConfiguration {
  monitor: string
  files: { file: string; digest: string }[]
  /** Rules in these files, and how many of them are enabled. */
  rules: number
  enabled: number
  /** The expected rules that stand there, with their places. */
  expected: RuleState[]
  /** What keeps expected rules from alerting though they match. */
  exceptions: RuleException[]
  /** Protocols whose parser is switched off. */
  parsersOff: string[]
}

export interface Summary {
  scenarios: number
  /** Stimulus trials; the verdict counts below add up to it. */
  trials: number
  proven: number
  detected: number
  partial: number
  logged: number
  missed: number
  /** Of the stimulus trials. */
  inconclusive: number
  notApplicable: number
  /** Control trials that are benign twins; quiet + falseAlarms + those neither (inconclusive, not applicable) add up to it. */
  controls: number
  quiet: number
  falseAlarms: number
  /** Trials of legal traffic that must not alert, in none of the counts above. */
  mustNotAlert: number
  /** Of those, the ones on which a rule alerted. */
  ruleDefects: number
  durationMs: number
}

/** What was there to choose from. `scenarios` is what was chosen plus what was left out. */
export interface RecordedPopulation {
  scenarios: number
  /** Left out, each scenario under the first reason that fits. */
  leftOut: { reason: string; scenarios: number }[]
}

/** An earlier run, in so much as is needed to say what has changed. */
export interface RecordedPrevious {
  id: string
  startedAt: string
  tool: string
  /** SHA-256 of the campaign, hex. */
  campaign: string
  windowMs: number
  /** Name, version and SHA-256 of the rule set, and of Tocsin's own rules; empty where they are not known. */
  rules: string
  scenarios: { id: string; digest: string; outcome: StimulusVerdict; twin: ControlVerdict | null }[]
}

export interface RecordedScenario {
  id: string
  title: string
  clause: string
  description: string
  attack: { analytic: string; techniques: string[]; basis: string; version: string }
  digest: string
  file: string
  /** What the scenario asks for at least; `quiet` of legal traffic that must not alert. */
  expected: 'detected' | 'logged' | 'quiet'
  /** The rules that count as the expected alert, by product; empty means any attributed alert. */
  expectedRules: Record<string, string[]>
  /** Why rules of a product are known to alert on legal traffic: on all of a must-not-alert scenario, or on the benign twin. */
  knownDefects?: Record<string, Record<string, string>>
  telemetry: Layer[]
  /** Layers whose records of it must be to be put together; absent where that is not asked. */
  correlate?: Layer[]
  assumptions: string[]
  limits: string[]
  references: string[]
  /** Ordinary traffic that is played first, in words; absent where the scenario needs none. */
  baseline?: { note: string; count: number }[]
  /** The packets of its first anomaly, field by field; absent for a process and for legal traffic. */
  explained?: RecordedExplanation
}

/** What a trial sends, as a protocol analyser shows it: the frames in which something stands out, or else the first. */
export interface RecordedExplanation {
  /** Id of the trial whose packets they are. */
  trial: string
  /** Frames that were looked at: not more than the first 64. */
  read: number
  /** In how many of them something is wrong or unlike anything in the benign twin. */
  standOut: number
  /** Three at most, one of each kind. */
  frames: RecordedFrame[]
}

export interface RecordedFrame {
  /** In the conversation, from 1. */
  number: number
  from: 'client' | 'server'
  note: string
  /** Bytes. */
  length: number
  /** What is unusual about the frame as a whole; null when nothing is. */
  unusual: string | null
  /** From the outside in. */
  layers: RecordedFrameLayer[]
}

export interface RecordedFrameLayer {
  name: string
  /** Its title and where its bytes are laid out; empty where its fields are left out. */
  about: string
  /** Fields in which nothing stands out, `ttl 64 · protocol 6`; empty where they are left out. */
  fields: string
  /** `wrong`: the rest says that it should be otherwise. `unusual`: the benign twin never has it. `field` is empty for the layer as a whole. */
  marks: { field: string; value: string; kind: 'wrong' | 'unusual'; why: string }[]
}

/** Ordinary traffic that was played before the trials of the scenarios that have a baseline. */
export interface RecordedBaseline {
  /** Time that the campaign gives the stack to learn; null: until it had heard the sentinel after it. */
  learnMs: number | null
  /** First and last frame on the wire; null when none was. */
  startedAt: string | null
  endedAt: string | null
  /** When the first trial could begin; null when it came to none. */
  learntAt: string | null
  /** Addresses of the hosts whose traffic was to be learnt. */
  hosts: { first: string; last: string }
  /** Frames of all conversations, and how many of them the witness saw. */
  frames: number
  found: number
  conversations: RecordedConversation[]
}

/** One conversation of a baseline. */
export interface RecordedConversation {
  /** Id of the trial that it belongs to. */
  trial: string
  note: string
  generator: string
  /** `tcp 198.18.0.16:40000 > 198.18.0.17:443`, as sent, from the one who spoke first. */
  flows: string[]
  /** What the stack was to learn from it. */
  teaches: string[]
  frames: number
  found: number
  sentAt: string | null
  /** Why it was not wholly played; null when it was. */
  failure: string | null
}

/** A frontier with what it is a frontier of. */
export interface RecordedFrontier extends Frontier {
  scenario: string
  /** Matrix name, or `stimulus.steps[1].data.repeat.count`. */
  parameter: string
  /** What the scenario itself has there; null where it leaves it to the generator. */
  usual: string | number | boolean | null
}

export interface RecordedSentinel {
  name: string
  sentAt: string
  alertAt: string | null
  proven: boolean
}

export interface RecordedAlert {
  monitor: string
  /** Whose rule it is: `suricata`, or `tocsin` for one that Tocsin brought along. Absent where the alert names none. */
  product?: string
  rule: string
  name: string
  at: string
}

/** A process as the witness saw it from outside. Process ids are the host's. */
export interface RecordedProcess {
  pid: number
  executable: string
  /** Whether the file of the executable was gone while it ran. */
  deleted: boolean
  arguments: string[]
  /** Executables of its parents up to the first process of the container. */
  parents: string[]
  container: string | null
  /** Its own end of the connection, as the listener saw it; null for a process that was not to use the network. */
  peer: { address: string; port: number } | null
  startedAt: string
  endedAt: string
  exit: { status: number | null; signal: number | null }
  /** Path inside the run folder of all that the witness saw. */
  evidence: string
}

export interface RecordedTrial {
  scenario: string
  case: string
  kind: TrialKind
  trial: number
  id: string
  verdict: StimulusVerdict | ControlVerdict
  /** One plain sentence. */
  reason: string
  /** Whether the scenario's own expectation was met; null when it could not be decided. */
  met: boolean | null
  /** In what a `partial` one falls short; absent of others. */
  shortfall?: Shortfall
  matchedBy: Strength | null
  /** From the first frame on the wire (witness) to the alert in our hands; null without an expected alert. */
  latencyMs: number | null
  /** The one that the verdict rests on first, the others as they came. */
  alerts: RecordedAlert[]
  /** Which telemetry layers saw the trial. */
  layers: Layer[]
  /** Whether what was recorded of its packets and of its processes could be put together; absent where that is not asked. */
  joins?: Join[]
  /** For a process, one thing is to be found: the process. */
  proof: Pick<Proof, 'frames' | 'found'> & { process?: RecordedProcess }
  /** `kernel`: sockets of a process. */
  wire: 'ip' | 'frame' | 'kernel'
  sentAt: string | null
  identity: {
    marker: string
    client: { mac: string; ipv4: string; ipv6: string; port: number }
    server: { mac: string; ipv4: string; ipv6: string; port: number }
  }
  /** Path inside the run folder of this trial's packets as the witness captured them; null when none was captured. */
  evidence: string | null
  /** What came of the ordinary traffic before it; absent where the scenario has no baseline. */
  baseline?: RecordedPhase & { conversations: number }
  /** What the console showed of it; absent where it was not looked for. */
  console?: RecordedSighting
  /** What came of the anomaly once more after all trials; absent for a benign twin and where there is no baseline. */
  repeat?: RecordedPhase & {
    /** `silent`: no expected alert came again. */
    outcome: 'silent' | 'alerted' | 'inconclusive'
    /** One plain sentence. */
    reason: string
  }
}

/** What a console of the stack showed of a trial. It is evidence beside the verdict, and decides nothing. */
export interface RecordedSighting {
  /** Of the console. */
  name: string
  outcome: SightingOutcome
  /** One plain sentence. */
  reason: string
  /** When it was last looked at; null when it never was. */
  at: string | null
  /** Path of the picture inside the run folder, and its SHA-256 in hex; null without one. */
  screenshot: string | null
  sha256: string | null
}

/** What was played around a trial, and what the stack said to it. It decides nothing about the trial but whether it was fair. */
export interface RecordedPhase {
  frames: number
  found: number
  sentAt: string | null
  alerts: RecordedAlert[]
  layers: Layer[]
  /** Its packets, as a path inside the run folder; null when none was captured. */
  evidence: string | null
}

/** One line of `observations.jsonl`. */
export interface RecordedObservation {
  monitor: string
  kind: 'alert' | 'telemetry'
  layer: Layer
  event: string
  at: string
  receivedAt: string
  rule: { product: string; id: string; name: string } | null
  /** The trial it was attributed to, and how; null when to none. */
  trial: string | null
  /** Set where it tells of what was played around the trial, and not of the trial itself. */
  phase?: Phase
  matchedBy: Strength | null
  raw: Record<string, unknown>
}

/** What reports are made from of the observations, which stay on the disk: there may be millions. */
export interface Observed {
  observationCount: number
  /** Alerts that belong to no trial. */
  unattributedAlerts: number
  /** Those of anomalies that were not detected, for whoever asks why. `raw` is empty where they tell of packets. */
  gapObservations: RecordedObservation[]
}

/** A record as reports see it. */
export interface CampaignRecord extends Observed {
  run: Run
  trials: RecordedTrial[]
}

/** A record with its observations in memory. */
export interface WholeRecord extends CampaignRecord {
  observations: RecordedObservation[]
}

/** Observations in the order in which they were heard: at once, or one by one from a disk. */
export type Observations = Iterable<RecordedObservation> | AsyncIterable<RecordedObservation>

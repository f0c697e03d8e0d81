import type { Layer } from '../monitors/observation.ts'
import type { TrialKind } from '../plan/trial.ts'
import type { Proof } from '../witness/proof.ts'
import type { ControlVerdict, StimulusVerdict, Strength } from '../verdict/verdict.ts'

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
  versions: Record<string, string>
  host: { platform: string; release: string; engine: string }
  network: { name: string; subnet: string }
  clock: { source: string; offsetMs: number | null; deliveryMs: number | null }
  sentinels: RecordedSentinel[]
  /** Plain sentences about what went wrong on our side. */
  problems: string[]
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
  /** Control trials; quiet + falseAlarms + those neither (inconclusive, not applicable) add up to it. */
  controls: number
  quiet: number
  falseAlarms: number
  durationMs: number
}

export interface RecordedScenario {
  id: string
  title: string
  clause: string
  description: string
  attack: { analytic: string; techniques: string[]; basis: string; version: string }
  digest: string
  file: string
  /** What the scenario asks for at least. */
  expected: 'detected' | 'logged'
  /** The rules that count as the expected alert, by product; empty means any attributed alert. */
  expectedRules: Record<string, string[]>
  telemetry: Layer[]
  assumptions: string[]
  limits: string[]
  references: string[]
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
  matchedBy: Strength | null
  /** From the first frame on the wire (witness) to the alert in our hands; null without an expected alert. */
  latencyMs: number | null
  /** The one that the verdict rests on first, the others as they came. */
  alerts: RecordedAlert[]
  /** Which telemetry layers saw the trial. */
  layers: Layer[]
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
  matchedBy: Strength | null
  raw: Record<string, unknown>
}

/** A whole record in memory. */
export interface CampaignRecord {
  run: Run
  trials: RecordedTrial[]
  observations: RecordedObservation[]
}

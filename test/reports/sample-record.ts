import { createHash } from 'node:crypto'
import { ObservationTally } from '../../harness/evidence/observed.ts'
import { summarise } from '../../harness/evidence/summary.ts'
import type {
  Observed,
  RecordedAlert,
  RecordedObservation,
  RecordedScenario,
  RecordedTrial,
  Run,
  WholeRecord,
} from '../../harness/evidence/record.ts'
import { type Row, rows } from './sample-scenarios.ts'

/** What a test may change in the sample. */
export interface SampleOptions {
  /** Trials of every case; 1 unless given. */
  trials?: number
  /** The scenarios; the whole list unless given. */
  scenarios?: readonly Row[]
  /** Put in place of every alert's name, reason and title. */
  text?: string
  authorisation?: Run['authorisation']
}

const start = Date.parse('2026-11-24T09:30:00.000Z')
const iso = (ms: number) => new Date(ms).toISOString()
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hex = (number: number, length: number) => number.toString(16).padStart(length, '0')

/** A realistic record: the same every time, with every verdict in it. */
export function sampleRecord(options: SampleOptions = {}): WholeRecord {
  const list = options.scenarios ?? rows
  const perCase = options.trials ?? 1
  const trials: RecordedTrial[] = []
  const observations: RecordedObservation[] = []
  for (const row of list)
    for (const oneCase of row.cases ?? ['']) {
      for (const kind of ['stimulus', 'control'] as const)
        for (let number = 1; number <= perCase; number += 1) {
          const trial = trialOf(row, oneCase, kind, number, trials.length, options.text)
          trials.push(trial)
          observations.push(...observationsOf(trial))
        }
    }
  const scenarios = list.map((row) => scenarioOf(row, options.text))
  return {
    run: runOf(scenarios, trials, perCase, options),
    trials,
    observations,
    ...observed(trials, observations),
  }
}

function runOf(scenarios: RecordedScenario[], trials: RecordedTrial[], perCase: number, options: SampleOptions): Run {
  const durationMs = 14_820
  return {
    format: 1,
    id: '20261124-093000-3f9a1c',
    tool: { name: 'tocsin', version: '0.1.0' },
    campaign: {
      name: 'network',
      title: options.text ?? 'Network anomalies against the embedded Suricata',
      seed: '7c1e90b2',
      trialsPerScenario: perCase,
      windowMs: 10_000,
      digest: sha256('campaign'),
    },
    authorisation:
      options.authorisation === undefined
        ? { by: 'J. Okafor, head of security operations', reference: 'CHG-20418', validUntil: '2026-12-31' }
        : options.authorisation,
    startedAt: iso(start),
    endedAt: iso(start + durationMs),
    incomplete: false,
    summary: summarise(scenarios, trials, durationMs),
    scenarios,
    monitors: [
      { name: 'suricata', type: 'suricata', layers: ['flow', 'packet', 'stream'], version: '7.0.10', embedded: true },
    ],
    images: [
      { name: 'tocsin/actor:4f1b22a90c7e', digest: `sha256:${sha256('actor')}` },
      { name: 'tocsin/sensor:9d04e7c3b812', digest: `sha256:${sha256('sensor')}` },
    ],
    ruleSet: { name: 'suricata events', version: '7.0.10', digest: sha256('rules'), files: 26, active: 380 },
    versions: { node: '20.20.2', suricata: '7.0.10', debian: '13' },
    host: { platform: 'linux', release: '6.1.0', engine: 'docker 20.10.24' },
    network: { name: 'tocsin-3f9a1c', subnet: '198.18.0.0/20' },
    clock: { source: 'sentinel', offsetMs: 0.21, deliveryMs: 6.4 },
    sentinels: [
      { name: 'before', sentAt: iso(start + 1_900), alertAt: iso(start + 1_906), proven: true },
      { name: 'after', sentAt: iso(start + 12_400), alertAt: iso(start + 12_409), proven: true },
    ],
    problems: [],
  }
}

function scenarioOf(row: Row, text: string | undefined): RecordedScenario {
  return {
    id: row.id,
    title: text ?? row.title,
    clause: row.clause,
    description:
      text ??
      `${row.title}. A sensor that keeps the state of the protocol can tell it from normal traffic; one that only counts bytes cannot.`,
    attack: {
      analytic: 'AN1999',
      techniques: row.techniques,
      basis: row.techniques.includes('T1595.002') ? 'official' : 'author',
      version: '18.1',
    },
    digest: sha256(row.id),
    file: `${row.clause}/${row.id}.yaml`,
    expected: row.sid ? 'detected' : 'logged',
    expectedRules: row.sid ? { suricata: [row.sid] } : {},
    telemetry: ['flow', 'packet'],
    assumptions: row.sid ? ['The sensor checks checksums and sees both directions.'] : [],
    limits: row.limits ?? [],
    references: row.sid ? ['https://www.rfc-editor.org/rfc/rfc9293'] : [],
  }
}

function trialOf(
  row: Row,
  oneCase: string,
  kind: 'stimulus' | 'control',
  number: number,
  index: number,
  text: string | undefined,
): RecordedTrial {
  const verdict =
    kind === 'control' ? (row.twin ?? 'quiet') : oneCase === row.missedCase ? 'missed' : (row.verdict ?? 'detected')
  const sentAt = start + 2_000 + (index % 1_000) * 9
  const latencyMs = verdict === 'detected' ? (row.latencyMs ?? 5 + ((index * 37) % 90) / 10) : null
  const frames = kind === 'control' ? 10 : (row.frames ?? 9)
  const found = row.unproven && kind === 'stimulus' ? 0 : frames
  const loud = verdict === 'detected' || verdict === 'partial' || verdict === 'false-alarm'
  const alerts: RecordedAlert[] = loud
    ? [
        {
          monitor: 'suricata',
          rule: verdict === 'partial' ? '2210045' : (row.sid ?? '2260002'),
          name: text ?? row.alert ?? `SURICATA ${row.title}`,
          at: iso(sentAt + (latencyMs ?? 8)),
        },
      ]
    : []
  const host = 2 * index + 2
  return {
    scenario: row.id,
    case: oneCase,
    kind,
    trial: number,
    id: `${row.id}[${oneCase}]/${kind}/${number}`,
    verdict,
    reason: text ?? (kind === 'stimulus' ? row.reason : undefined) ?? reasons[verdict],
    met:
      verdict === 'inconclusive' || verdict === 'not-applicable'
        ? null
        : kind === 'stimulus' && row.met !== undefined
          ? row.met
          : verdict === 'detected' || verdict === 'quiet' || (verdict === 'logged' && row.sid === undefined),
    matchedBy: loud ? 'flow' : null,
    latencyMs,
    alerts,
    layers: verdict === 'missed' || verdict === 'not-applicable' || found === 0 ? [] : ['flow', 'packet'],
    proof: { frames, found },
    wire: row.clause === 'malformed' ? 'frame' : 'ip',
    sentAt: iso(sentAt),
    identity: {
      marker: hex(0x51a0_0000 + index, 8),
      client: {
        mac: `02:1a:00:00:${hex((host >> 8) & 255, 2)}:${hex(host & 255, 2)}`,
        ipv4: `198.18.${host >> 8}.${host & 255}`,
        ipv6: `fd54:6f63:7369::${hex(host, 4)}`,
        port: 49_152 + (index % 16_000),
      },
      server: {
        mac: `02:5e:00:00:${hex((host >> 8) & 255, 2)}:${hex((host + 1) & 255, 2)}`,
        ipv4: `198.18.${host >> 8}.${(host + 1) & 255}`,
        ipv6: `fd54:6f63:7369::${hex(host + 1, 4)}`,
        port: 80,
      },
    },
    evidence: found === 0 ? null : `evidence/${row.id}-${kind}-${oneCase || 'one'}-${number}.pcap`,
  }
}

const reasons: Record<RecordedTrial['verdict'], string> = {
  detected: 'An expected alert came, matched by flow.',
  partial: 'An alert came, but not one that the scenario expects.',
  logged: 'No alert; the flow and packet layers kept telemetry of it.',
  missed: 'Every frame was on the wire and the stack was listening, but no monitor said anything.',
  inconclusive: 'The capture holds none of the frames, so it is not proven that the trial happened.',
  'not-applicable': 'No monitor of the process layer is declared.',
  quiet: 'No alert was attributed to it, and the sentinel after it was seen.',
  'false-alarm': 'The benign twin raised an alert.',
  'rule-defect': 'A rule alerted on legal traffic.',
}

function observed(trials: readonly RecordedTrial[], observations: readonly RecordedObservation[]): Observed {
  const tally = new ObservationTally(trials)
  for (const observation of observations) tally.add(observation)
  return tally.observed
}

function observationsOf(trial: RecordedTrial): RecordedObservation[] {
  return trial.alerts.map((alert) => ({
    monitor: alert.monitor,
    kind: 'alert',
    layer: 'packet',
    event: 'alert',
    at: alert.at,
    receivedAt: alert.at,
    rule: { product: 'suricata', id: alert.rule, name: alert.name },
    trial: trial.id,
    matchedBy: 'flow',
    raw: {
      event_type: 'alert',
      src_ip: trial.identity.client.ipv4,
      alert: { signature_id: Number(alert.rule), signature: alert.name },
    },
  }))
}

import { figures, type ScenarioFigures } from '../harness/evidence/figures.ts'
import { bestJoin } from '../harness/correlation/join.ts'
import type { CampaignRecord, RecordedTrial } from '../harness/evidence/record.ts'
import type { Finding } from '../harness/diagnosis/diagnose.ts'
import { diagnosisView, diagnosisWords } from './diagnosis.ts'
import { defineReporter } from './reporter.ts'
import { visible } from './text.ts'

// biome-ignore format: a table
const columns = [
  'run', 'scenario', 'title', 'clause', 'techniques', 'case', 'kind', 'trial', 'verdict', 'met', 'reason', 'expected',
  'rule', 'rule_name', 'rule_product', 'monitor', 'alert_at', 'alerts', 'matched_by', 'latency_ms', 'layers', 'frames', 'frames_found',
  'wire', 'sent_at', 'marker', 'client', 'server', 'evidence', 'trial_id',
  // Of the scenario as a whole, the same in each of its lines.
  'scenario_detected', 'scenario_decided', 'rate_low', 'rate_high', 'flaky', 'ttd_median_ms', 'ttd_p95_ms', 'ttd_max_ms',
  // Of the trial: the process behind its connection, by the best of its joins.
  'join', 'join_keys', 'join_process', 'join_reason',
  // Of a trial that was not detected.
  'causes', 'diagnosis',
] as const

type Row = Record<(typeof columns)[number], string | number | boolean | null>

/** One line a trial, for spreadsheets (RFC 4180): what the rates are counted from. */
export const csv = defineReporter({
  name: 'csv',
  title: 'One line a trial, for spreadsheets',
  render: (record) => [{ path: 'report.csv', content: render(record) }],
})

function render(record: CampaignRecord): string {
  const { run, trials } = record
  const scenarios = new Map(figures(record).scenarios.map((one) => [one.scenario.id, one]))
  const diagnosis = diagnosisView(record)
  const rows = trials.map((trial) => rowOf(run.id, trial, scenarios.get(trial.scenario), diagnosis(trial)))
  return [columns.join(','), ...rows.map((row) => columns.map((name) => cell(row[name])).join(','))]
    .map((line) => `${line}\r\n`)
    .join('')
}

function rowOf(run: string, trial: RecordedTrial, own: ScenarioFigures | undefined, findings: readonly Finding[]): Row {
  const alert = trial.alerts[0]
  const join = bestJoin(trial.joins ?? [])
  const scenario = own?.scenario
  return {
    run,
    scenario: trial.scenario,
    title: scenario?.title ?? null,
    clause: scenario?.clause ?? null,
    techniques: scenario?.attack.techniques.join(' ') ?? null,
    case: trial.case,
    kind: trial.kind,
    trial: trial.trial,
    verdict: trial.verdict,
    met: trial.met,
    reason: trial.reason,
    expected: scenario?.expected ?? null,
    rule: alert?.rule ?? null,
    rule_name: alert?.name ?? null,
    rule_product: alert?.product ?? null,
    monitor: alert?.monitor ?? null,
    alert_at: alert?.at ?? null,
    alerts: trial.alerts.length,
    matched_by: trial.matchedBy,
    latency_ms: trial.latencyMs,
    layers: trial.layers.join(' '),
    frames: trial.proof.frames,
    frames_found: trial.proof.found,
    wire: trial.wire,
    sent_at: trial.sentAt,
    marker: trial.identity.marker,
    client: trial.identity.client.ipv4,
    server: trial.identity.server.ipv4,
    evidence: trial.evidence,
    trial_id: trial.id,
    scenario_detected: own?.detected.k ?? null,
    scenario_decided: own?.detected.n ?? null,
    rate_low: own?.detected.interval?.low.toFixed(4) ?? null,
    rate_high: own?.detected.interval?.high.toFixed(4) ?? null,
    flaky: own?.isFlaky ?? null,
    ttd_median_ms: own?.timeToDetect.medianMs ?? null,
    ttd_p95_ms: own?.timeToDetect.p95Ms ?? null,
    ttd_max_ms: own?.timeToDetect.maxMs ?? null,
    join: join?.outcome ?? null,
    join_keys: join?.keys.join('; ') ?? null,
    join_process: join?.candidates.map(({ executable, pid }) => `${executable} (${pid})`).join('; ') ?? null,
    join_reason: join?.reason ?? null,
    causes: [...new Set(findings.map(({ cause }) => cause))].join(' ') || null,
    diagnosis: diagnosisWords(findings) || null,
  }
}

// A spreadsheet runs a cell that begins like a formula, also after blanks and in full-width letters, quoted or not: an
// apostrophe in front makes it text. Our own numbers are left alone.
const formula = /^\s*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

function cell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const shown = visible(value)
  const text = formula.test(value) || formula.test(shown) ? `'${shown}` : shown
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

import { summarise } from '../../harness/evidence/summary.ts'
import type { RecordedScenario, RecordedTrial, WholeRecord } from '../../harness/evidence/record.ts'
import { sampleRecord } from './sample-record.ts'

/** The sample with three kinds of legal traffic beside it: a known defect of a rule, an unknown one, and none. */
export function legalRecord(): WholeRecord {
  const { run, trials, ...rest } = sampleRecord()
  const [scenario] = run.scenarios
  const control = trials.find(({ verdict }) => verdict === 'quiet')
  if (!scenario || !control) throw new Error('the sample has no scenario with a quiet twin')
  const scenarios = [...run.scenarios, ...rows.map((row) => scenarioOf(scenario, row))]
  const all = [...trials, ...rows.map((row) => trialOf(control, row))]
  return {
    run: { ...run, scenarios, summary: summarise(scenarios, all, run.summary.durationMs) },
    trials: all,
    ...rest,
  }
}

interface Row {
  id: string
  title: string
  verdict: 'rule-defect' | 'quiet'
  met: boolean
}

const rows: Row[] = [
  { id: 'legal-known', title: 'Mail with an ordinary greeting', verdict: 'rule-defect', met: true },
  { id: 'legal-unknown', title: 'Reading two registers', verdict: 'rule-defect', met: false },
  { id: 'legal-quiet', title: 'Report of a listener', verdict: 'quiet', met: true },
]

function scenarioOf(like: RecordedScenario, { id, title }: Row): RecordedScenario {
  return {
    ...like,
    id,
    title,
    attack: { ...like.attack, techniques: [] },
    expected: 'quiet',
    expectedRules: {},
    knownDefects: { suricata: { '2260002': 'It sees one direction only.' } },
    telemetry: [],
  }
}

function trialOf(like: RecordedTrial, { id, verdict, met }: Row): RecordedTrial {
  const rule = met ? '2260002' : '2250008'
  const alert = { monitor: 'suricata', rule, name: `rule ${rule}`, at: '2026-11-24T09:30:05.000Z' }
  return {
    ...like,
    scenario: id,
    id: `${id}[]/control/1`,
    verdict,
    met,
    reason: verdict === 'quiet' ? 'Nothing was said of it.' : `Rule ${rule} alerted on legal traffic.`,
    alerts: verdict === 'quiet' ? [] : [alert],
    evidence: null,
  }
}

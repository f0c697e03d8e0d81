import { coveredBy } from '../harness/compliance/review-exceptions.ts'
import { figures, isDecided, type ScenarioFigures } from '../harness/evidence/figures.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import { isUnnamedDefect } from './concerns.ts'
import { reviewedExceptions } from './compliance-view.ts'
import { defineReporter, type ReportContext } from './reporter.ts'
import { oneLine } from './text.ts'
import { uuid5 } from './uuid.ts'

/** Version of OCSF that the events are written in. */
const ocsfVersion = '1.4.0'

/** OCSF Compliance Findings, class 2003, one JSON a line: a finding a scenario. What had no monitor is left out. */
export const ocsf = defineReporter({
  name: 'ocsf',
  title: 'OCSF compliance findings (class 2003), one a line',
  render: (record, given) => {
    const events = findingsOf(record, given ?? {}).map((event) => `${JSON.stringify(event)}\n`)
    // A file without a line is a report all the same: nothing was to be told.
    return [{ path: 'report.ocsf.jsonl', content: events.join('') || '\n' }]
  },
})

function findingsOf(record: CampaignRecord, given: ReportContext) {
  const excepted = coveredBy(reviewedExceptions(record, given) ?? [])
  return figures(record)
    .scenarios.filter(({ outcome }) => outcome !== 'not-applicable')
    .map((one) => findingOf(record, one, excepted.get(one.scenario.id)?.id))
}

function findingOf({ run }: CampaignRecord, one: ScenarioFigures, exception: string | undefined) {
  const { scenario, outcome, twin, met, detected, stimuli } = one
  const status = statusOf(one)
  const reason = stimuli.find(({ verdict }) => verdict === outcome)?.reason ?? 'No trial of it was played.'
  return {
    activity_id: 1,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2003,
    class_name: 'Compliance Finding',
    type_uid: 200301,
    time: Date.parse(run.endedAt),
    // How grave a gap is was not measured; a failure is put in the middle so that it is not filtered out.
    severity_id: status.id === 3 ? 3 : 1,
    status_id: exception === undefined ? 1 : 3,
    metadata: {
      version: ocsfVersion,
      uid: uuid5(`ocsf ${run.id} ${scenario.id}`),
      product: { name: 'Tocsin', vendor_name: 'Tocsin', version: run.tool.version },
    },
    finding_info: {
      uid: uuid5(`finding ${scenario.id}`),
      title: oneLine(scenario.title),
      desc: oneLine(scenario.description),
      created_time: Date.parse(run.endedAt),
      attacks: scenario.attack.techniques.map((uid) => ({
        technique: { uid: oneLine(uid) },
        version: oneLine(scenario.attack.version),
      })),
    },
    compliance: {
      standards: [`MITRE ATT&CK analytic ${oneLine(scenario.attack.analytic)}`],
      control: `Scenario ${oneLine(scenario.id)}`,
      requirements: [
        scenario.expected === 'detected' ? 'an alert within the window' : 'telemetry',
        'no alert on the benign twin',
      ],
      status: status.name,
      status_id: status.id,
      status_detail: oneLine(reason),
    },
    unmapped: {
      run: run.id,
      verdict: outcome,
      benign_twin: twin,
      by_rules_of_tocsin: one.byOurs,
      met,
      detected_trials: detected.k,
      decided_trials: detected.n,
      ...(exception === undefined ? {} : { exception: oneLine(exception) }),
    },
  }
}

/** Pass: noticed as asked, and the twin quiet. Warning: no result, or another alert than expected. Fail: a gap, known or not. */
function statusOf(one: ScenarioFigures): { id: 1 | 2 | 3; name: string } {
  const { outcome, twin, met } = one
  if (twin === 'false-alarm' || isUnnamedDefect(one) || outcome === 'missed' || outcome === 'logged')
    return { id: 3, name: 'Fail' }
  const undecided = !isDecided({ outcome }) || twin === 'inconclusive' || twin === 'rule-defect'
  return undecided || outcome !== 'detected' || met !== true ? { id: 2, name: 'Warning' } : { id: 1, name: 'Pass' }
}

import { createHash } from 'node:crypto'
import { coveredBy } from '../harness/compliance/review-exceptions.ts'
import { figures, type ScenarioFigures } from '../harness/evidence/figures.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import { mustNotAlert } from '../harness/evidence/summary.ts'
import { isKnownGap } from './account.ts'
import { isUnnamedDefect } from './concerns.ts'
import { reviewedExceptions } from './compliance-view.ts'
import { defineReporter, type ReportContext } from './reporter.ts'
import { oneLine } from './text.ts'

/** SARIF 2.1.0 (OASIS): a rule a scenario, a result for its anomaly and one for its twin; the place is the scenario file. */
export const sarif = defineReporter({
  name: 'sarif',
  title: 'SARIF 2.1.0, for code scanning and editors',
  render: (record, given) => [
    { path: 'report.sarif', content: `${JSON.stringify(log(record, given ?? {}), null, 2)}\n` },
  ],
})

function log(record: CampaignRecord, given: ReportContext) {
  const { run } = record
  const all = figures(record)
  const scenarios = [...all.scenarios, ...all.mustNotAlert]
  const excepted = coveredBy(reviewedExceptions(record, given) ?? [])
  const techniques = [...new Set(run.scenarios.flatMap(({ attack }) => attack.techniques))].sort()
  const version = run.scenarios[0]?.attack.version
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Tocsin',
            version: run.tool.version,
            rules: scenarios.map(({ scenario }) => ({
              id: oneLine(scenario.id),
              shortDescription: { text: words(scenario.title) },
              fullDescription: { text: words(scenario.description) },
              properties: { tags: [scenario.clause, ...scenario.attack.techniques].map(oneLine) },
            })),
            supportedTaxonomies: [{ name: 'ATT&CK', index: 0 }],
          },
        },
        automationDetails: { id: `tocsin/${oneLine(run.campaign.name)}/${oneLine(run.id)}` },
        invocations: [{ executionSuccessful: !run.incomplete, startTimeUtc: run.startedAt, endTimeUtc: run.endedAt }],
        taxonomies: [
          {
            name: 'ATT&CK',
            ...(version ? { version: oneLine(version) } : {}),
            organization: 'The MITRE Corporation',
            shortDescription: { text: 'Techniques that scenarios name, for orientation' },
            isComprehensive: false,
            taxa: techniques.map((id) => ({ id: oneLine(id) })),
          },
        ],
        results: scenarios.flatMap((one, index) =>
          resultsOf(one, index, techniques, excepted.get(one.scenario.id)?.reason),
        ),
        columnKind: 'utf16CodeUnits',
      },
    ],
  }
}

function resultsOf(
  one: ScenarioFigures,
  ruleIndex: number,
  techniques: readonly string[],
  exception: string | undefined,
) {
  const { scenario, outcome, stimuli, controls, twin, met, detected } = one
  const base = (kind: 'stimulus' | 'control') => ({
    ruleId: oneLine(scenario.id),
    ruleIndex,
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: `scenarios/${scenario.file.split('/').map(encodeURIComponent).join('/')}` },
        },
      },
    ],
    partialFingerprints: { 'scenarioAndKind/v1': createHash('sha256').update(`${scenario.id}\n${kind}`).digest('hex') },
  })
  const reason = (trials: ScenarioFigures['stimuli'], verdict: string) =>
    trials.find((trial) => trial.verdict === verdict)?.reason
  const suppressions =
    exception === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: words(exception) }] }
  const anomaly = {
    ...base('stimulus'),
    ...judged(one),
    message: { text: words(`${outcome}: ${reason(stimuli, outcome) ?? 'no trial of it was played'}`) },
    taxa: scenario.attack.techniques.map((id) => ({
      id: oneLine(id),
      index: techniques.indexOf(id),
      toolComponent: { name: 'ATT&CK', index: 0 },
    })),
    properties: {
      verdict: outcome,
      met,
      byRulesOfTocsin: one.byOurs,
      detectedTrials: detected.k,
      decidedTrials: detected.n,
    },
    ...(met === false ? suppressions : {}),
  }
  const anomalies = mustNotAlert(scenario) ? [] : [anomaly]
  if (twin === null) return anomalies
  const quiet = {
    ...base('control'),
    message: {
      text: words(
        `${mustNotAlert(scenario) ? 'legal traffic' : 'benign twin'} ${twin}: ${reason(controls, twin) ?? ''}`,
      ),
    },
  }
  const kinds: Record<string, object> = {
    quiet: { kind: 'pass', level: 'none' },
    inconclusive: { kind: 'open', level: 'none' },
    'not-applicable': { kind: 'notApplicable', level: 'none' },
  }
  const isKnown = twin === 'rule-defect' && !isUnnamedDefect(one)
  const failed = { kind: 'fail', level: isKnown ? 'note' : 'warning', ...(isKnown ? {} : suppressions) }
  return [
    ...anomalies,
    { ...quiet, ...(kinds[twin] ?? failed), properties: { verdict: twin, trials: controls.length } },
  ]
}

/** Only a failure may have a level (§3.27.10). A known gap is a note: met, and a gap all the same. */
function judged(one: Pick<ScenarioFigures, 'outcome' | 'met'>): { kind: string; level: string } {
  const { outcome, met } = one
  if (outcome === 'not-applicable') return { kind: 'notApplicable', level: 'none' }
  if (outcome === 'inconclusive') return { kind: 'open', level: 'none' }
  if (isKnownGap(one)) return { kind: 'fail', level: 'note' }
  if (met === false) return { kind: 'fail', level: outcome === 'missed' ? 'error' : 'warning' }
  return { kind: 'pass', level: 'none' }
}

function words(text: string): string {
  return oneLine(text) || '–'
}

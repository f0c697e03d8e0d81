import { isOurs } from '../harness/evidence/figures.ts'
import type { CampaignRecord, RecordedAlert, RecordedScenario, RecordedTrial } from '../harness/evidence/record.ts'
import { defineReporter } from './reporter.ts'
import { escapeMarkup, oneLine } from './text.ts'
import { verdictWords } from './verdict-words.ts'

type Result = 'pass' | 'failure' | 'error' | 'skipped'

/** JUnit XML for CI systems: one test case a trial, one suite a clause. */
export const junit = defineReporter({
  name: 'junit',
  title: 'JUnit XML, for CI systems',
  render: (record) => [{ path: 'report.junit.xml', content: render(record) }],
})

/** What a trial is to a CI system: a gap fails, an undecided trial is an error, an unmonitored one and a known blind spot or defect are skipped. */
export function resultOf({ verdict, met }: Pick<RecordedTrial, 'verdict' | 'met'>): Result {
  if (verdict === 'inconclusive') return 'error'
  const isKnown = met === true && (verdict === 'missed' || verdict === 'rule-defect')
  if (verdict === 'not-applicable' || isKnown) return 'skipped'
  return verdict === 'missed' || verdict === 'false-alarm' || met === false ? 'failure' : 'pass'
}

function render({ run, trials }: CampaignRecord): string {
  const scenarios = new Map(run.scenarios.map((scenario) => [scenario.id, scenario]))
  const properties = {
    run: run.id,
    seed: run.campaign.seed,
    'campaign digest': run.campaign.digest,
    tocsin: run.tool.version,
    ...(run.ruleSet && { 'shipped rules': String(run.ruleSet.active) }),
    ...(run.ruleSet?.tocsin && { 'rules of Tocsin’s own': String(run.ruleSet.tocsin.active) }),
  }
  const suites = [...new Set(run.scenarios.map(({ clause }) => clause))].flatMap((clause) => {
    const own = trials.filter((trial) => scenarios.get(trial.scenario)?.clause === clause)
    return [
      `  <testsuite name="${attribute(clause)}"${counts(own)} timestamp="${attribute(run.startedAt.replace('Z', ''))}" hostname="${attribute(run.network.name)}">`,
      '    <properties>',
      ...Object.entries(properties).map(
        ([name, value]) => `      <property name="${name}" value="${attribute(value)}"/>`,
      ),
      '    </properties>',
      ...own.map((trial) => testCase(trial, scenarios.get(trial.scenario))),
      '  </testsuite>',
    ]
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${attribute(run.campaign.title)}"${counts(trials)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n')
}

function counts(trials: readonly RecordedTrial[]): string {
  const results = trials.map(resultOf)
  const count = (result: Result) => results.filter((one) => one === result).length
  const seconds = trials.reduce((sum, { latencyMs }) => sum + Math.max(0, latencyMs ?? 0), 0) / 1000
  return ` tests="${trials.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds.toFixed(3)}"`
}

function testCase(trial: RecordedTrial, scenario: RecordedScenario | undefined): string {
  const name = `${trial.scenario}${trial.case ? `[${trial.case}]` : ''} ${trial.kind} ${trial.trial}`
  const head = `    <testcase classname="${attribute(`${scenario?.clause ?? ''}.${trial.scenario}`)}" name="${attribute(name)}" time="${(Math.max(0, trial.latencyMs ?? 0) / 1000).toFixed(3)}"`
  const result = resultOf(trial)
  const [deciding] = trial.alerts
  if (result === 'pass' && trial.verdict === 'detected' && deciding && isOurs(deciding))
    return `${head}>\n      <system-out>Detected by ${escapeMarkup(oneLine(alertText(deciding)))}</system-out>\n    </testcase>`
  if (result === 'pass') return `${head}/>`
  const said = `${verdictWords[trial.verdict].word}: ${trial.reason}`
  if (result === 'skipped') return `${head}>\n      <skipped message="${attribute(said)}"/>\n    </testcase>`
  const body = [
    scenario?.title ?? '',
    `Expected: ${scenario?.expected ?? 'unknown'}. Proof: ${trial.proof.found} of ${trial.proof.frames} frames.`,
    ...trial.alerts.map((alert) => `Alert of ${alert.monitor} at ${alert.at}: ${alertText(alert)}`),
    ...(trial.evidence ? [`Packets: ${trial.evidence}`] : []),
  ].map((line) => escapeMarkup(oneLine(line)))
  return `${head}>\n      <${result} type="${trial.verdict}" message="${attribute(said)}">${body.join('\n')}</${result}>\n    </testcase>`
}

function alertText(alert: RecordedAlert): string {
  return `${isOurs(alert) ? 'Tocsin’s own rule ' : ''}${alert.rule} ${alert.name}`
}

function attribute(text: string): string {
  return escapeMarkup(oneLine(text))
}

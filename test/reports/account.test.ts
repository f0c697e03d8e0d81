import t from 'tap'
import { figures } from '../../harness/evidence/figures.ts'
import { summaryText } from '../../harness/cli/summary-text.ts'
import type { RecordedTrial } from '../../harness/evidence/record.ts'
import { summarise } from '../../harness/evidence/summary.ts'
import { timeToDetect } from '../../harness/evidence/time-to-detect.ts'
import * as account from '../../reports/account.ts'
import { authorisation, command, expected, headline, limitations, undecidedNote } from '../../reports/account.ts'
import { concerns, knownGaps } from '../../reports/concerns.ts'
import { rendered } from './reports.ts'
import { sampleRecord } from './sample-record.ts'
import type { Row } from './sample-scenarios.ts'

const row = (index: number, more: Partial<Row> = {}): Row => ({
  id: `s-${index}`,
  title: `Scenario ${index}`,
  clause: 'malformed',
  techniques: [],
  sid: '1',
  ...more,
})
const telemetryOnly = (index: number, verdict: Row['verdict'] & string): Row => {
  const { sid: _, ...rest } = row(index, { verdict })
  return rest
}
const some = (count: number, more: Partial<Row> = {}, from = 0) =>
  Array.from({ length: count }, (_, index) => row(from + index, more))
const said = (scenarios: readonly Row[]) => headline(figures(sampleRecord({ scenarios })))

t.test('the result says what was noticed, what not, and whether that was to be expected', async (t) => {
  t.equal(
    said(some(20)),
    'The stack detected 20 of 20 scenarios (100%). All 20 that should raise an alert did. None of 20 benign twins raised a false alarm.',
  )
  t.equal(
    said([...some(8), row(8, { verdict: 'missed' }), row(9, { twin: 'false-alarm' })]),
    'The stack detected 9 of 10 scenarios (90.0%); it said nothing of 1. 9 of 10 that should raise an alert did; 1 fell short of what was expected. 1 of 10 benign twins raised a false alarm.',
  )
  t.equal(
    headline(figures(sampleRecord())),
    'The stack detected 35 of 43 scenarios that could be decided (81.4%); it gave another alert than expected for 1, only logged 5 and said nothing of 2. 35 of 39 that should raise an alert did; 4 gaps were known beforehand; 4 fell short of what was expected. 2 could not be decided. 1 had no monitor to see it. 1 of 45 benign twins raised a false alarm.',
  )
})

t.test('a gap that the scenario names beforehand is no concern, but it is told', async (t) => {
  const record = sampleRecord({
    scenarios: [...some(3), row(3, { verdict: 'missed', met: true }), telemetryOnly(4, 'logged')],
  })
  const all = figures(record)
  t.equal(
    headline(all),
    'The stack detected 3 of 5 scenarios (60.0%); it only logged 1 and said nothing of 1. 3 of 4 that should raise an alert did; the 2 gaps were known beforehand. None of 5 benign twins raised a false alarm.',
  )
  t.strictSame(concerns(all), [])
  t.strictSame(
    knownGaps(all).map(({ verdict, scenarios }) => [verdict, scenarios[0]?.scenario.id]),
    [
      ['missed', 's-3'],
      ['logged', 's-4'],
    ],
  )
  t.match(expected(all), { alerts: { k: 3, n: 4 }, knownGaps: 2, surprises: 0 })
  t.match(said([telemetryOnly(0, 'logged')]), /None of them should raise an alert; the 1 gap was known beforehand\./)
})

t.test('with more than a tenth undecided there is no conclusion', async (t) => {
  const open = { verdict: 'inconclusive', unproven: true } as const
  t.match(said([...some(18), ...some(2, open, 18)]), /^The stack detected 18 of 18 scenarios that could be decided/)
  t.match(
    said([...some(17), ...some(3, open, 17)]),
    /^No conclusion: 3 of 20 scenarios could not be decided. The stack detected 17 of the 17 that could be decided/,
  )
  t.match(said(some(3, open)), /^No conclusion: none of 3 scenarios could be decided. None of 3/)
  t.match(said([]), /^No conclusion: none of 0 scenarios/)
  t.equal(undecidedNote(figures(sampleRecord({ scenarios: some(2) }))), '')
  t.match(undecidedNote(figures(sampleRecord())), '3 of 46 not counted: 2 inconclusive, 1 not applicable')
})

t.test('concerns come worst first, and many alike are told once', async (t) => {
  const list = concerns(figures(sampleRecord()))
  t.strictSame(
    list.map(({ verdict, twin }) => `${verdict}${twin ? ' twin' : ''}`),
    ['missed', 'missed', 'false-alarm twin', 'logged', 'partial', 'inconclusive', 'inconclusive'],
  )
  t.match(list[0]?.reason, /\(1 of 3 trials\)$/)
  const many = concerns(
    figures(sampleRecord({ scenarios: [...some(5, { verdict: 'missed' }), row(5, { verdict: 'logged' })] })),
  )
  t.strictSame(
    many.map(({ scenarios }) => scenarios.length),
    [5, 1],
  )
})

t.test('the command to perform it again holds the seed, and what was typed if it is known', async (t) => {
  const record = sampleRecord()
  t.equal(command(record), 'tocsin run --seed 7c1e90b2')
  record.run.campaign.arguments = ['run', "my campaign's.yaml", '--trials', '3']
  record.run.campaign.seed = '$(reboot)'
  t.equal(command(record), String.raw`tocsin run 'my campaign'\''s.yaml' --trials 3 --seed '$(reboot)'`)
})

t.test('an authorisation that is missing or had run out is told', async (t) => {
  t.equal(authorisation(sampleRecord({ authorisation: null })), 'none recorded')
  const old = { by: 'A', reference: 'R-1', validUntil: '2026-11-23' }
  t.match(authorisation(sampleRecord({ authorisation: old })), /valid until 2026-11-23 — it had run out/)
})

t.test('limitations tell of a small set and of clocks that disagree', async (t) => {
  const record = sampleRecord({ scenarios: some(3, { latencyMs: -4 }) })
  const text = limitations(record, figures(record)).join('\n')
  t.match(text, /Only 3 scenarios were decided/)
  t.match(text, /3 alerts are stamped before the first frame/)
})

t.test('the latest time to detect is a percentile only where there are trials enough', async (t) => {
  const words = (times: (number | null)[]) => {
    const trials = times.map(
      (latencyMs) => ({ latencyMs, verdict: latencyMs === null ? 'missed' : 'detected' }) as const,
    )
    const { median, lateName, late } = account.timeToDetectWords({ timeToDetect: timeToDetect(trials, 1000) })
    return [median, lateName, late]
  }
  const twenty = Array.from({ length: 20 }, (_, index) => index + 1)
  t.same(words([]), ['not measured', 'longest', 'not measured'])
  t.same(words([5, 7, 9]), ['7.0 ms', 'longest', '9.0 ms'])
  t.same(words([5, 7, null]), ['7.0 ms', 'longest', 'longer than 1 s'])
  t.same(words([5, null, null]), ['longer than 1 s', 'longest', 'longer than 1 s'])
  t.same(words(twenty), ['10.0 ms', '95th percentile', '19.0 ms'])
  t.same(words([...twenty.slice(0, 18), null, null]), ['10.0 ms', '95th percentile', 'longer than 1 s'])
})

t.test('flaky scenarios are named in every report, and only where trials were repeated', async (t) => {
  const steady = sampleRecord()
  t.same(account.flaky(figures(steady)), [])
  t.same(account.repeated(figures(steady)), [])
  const record = sampleRecord({ trials: 3 })
  const trial = record.trials.find(({ verdict, trial }) => verdict === 'detected' && trial === 2) as RecordedTrial
  Object.assign(trial, { verdict: 'missed', met: false, latencyMs: null, alerts: [] })
  record.run.summary = summarise(record.run.scenarios, record.trials, record.run.summary.durationMs)
  const [one, ...others] = account.flaky(figures(record))
  t.equal(one?.scenario.id, trial.scenario)
  t.equal(others.length, 0)
  t.match(one?.detected, { k: 2, n: 3 })
  t.match(await rendered('markdown', record), /## Repeated trials\n\n1 of \d+ scenarios were flaky/)
  t.match(await rendered('html', record), /<h2 id="flaky">[\s\S]*2 of 3 \(66\.7%; 95% interval 20\.8% to 93\.9%\)/)
  const lines = (await rendered('csv', record)).split('\r\n').filter((line) => line.includes(`,${trial.scenario},`))
  t.ok(lines.length > 0 && lines.every((line) => /,2,3,0\.2077,0\.9385,true,/.test(line)), String(lines[0]))
  t.match(
    summaryText(record, { directory: 'x', files: [] }, { isTerminal: false, columns: 80, colour: false }),
    `flaky           1 (detected in some trials only: ${trial.scenario} 2 of 3)`,
  )
  t.notMatch(await rendered('html', steady), 'id="flaky"')
  t.notMatch(await rendered('markdown', steady), 'Repeated trials')
})

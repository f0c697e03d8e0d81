import t from 'tap'
import { figures } from '../../harness/evidence/figures.ts'
import { summarise } from '../../harness/evidence/summary.ts'
import { changes } from '../../reports/changes.ts'
import { renderHtml } from '../../reports/html.ts'
import { notMeasured } from '../../reports/not-measured.ts'
import { noticed } from '../../reports/noticed.ts'
import { population } from '../../reports/population.ts'
import { precision } from '../../reports/precision.ts'
import { scenarioClasses } from '../../reports/scenario-classes.ts'
import { waiting } from '../../reports/waiting-plot.ts'
import { fullRecord } from './full-record.ts'
import { sampleRecord } from './sample-record.ts'
import type { Row } from './sample-scenarios.ts'

const { record, given } = fullRecord()
const all = figures(record)
const text = (html: string) =>
  html
    .replace(/<style>[\s\S]*?<\/style>|<script>[\s\S]*?<\/script>|<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ')

t.test('the counts of the population reconcile, in every sum', async (t) => {
  const { scenarios, trials, sums } = population(record)
  t.match(Object.fromEntries(scenarios), { 'scenarios in the library': 53, selected: 46, played: 46 })
  t.strictSame(sums.slice(0, 2), [
    '53 in the library = 46 selected + 7 left out',
    '46 selected = 46 played + 0 not played',
  ])
  for (const { counts, sum } of trials)
    t.equal(
      counts.reduce((total, [, count]) => total + count, 0),
      sum,
    )
  t.equal(
    trials.reduce((total, { sum }) => total + sum, 0),
    record.trials.length,
  )
  const cut = sampleRecord()
  cut.trials = cut.trials.map((trial, index) =>
    index < 2 ? { ...trial, sentAt: null, reason: 'Interrupted.' } : trial,
  )
  const open = population(cut)
  t.match(Object.fromEntries(open.scenarios), { played: 45, 'not played: Interrupted.': 1 })
  t.match(open.choice, 'does not say')
})

t.test('what has changed is worse if anything of it is worse, and what cannot be compared is told', async (t) => {
  const found = changes(record, all)
  t.match(found, { added: 2, gone: 0, rewritten: 1, differences: ['the window was 5 s, and is 10 s'] })
  t.equal(found?.better.length, 1)
  t.match(found?.better[0], { was: /^Missed/, now: /^Detected/ })
  t.ok(found && found.worse.length > 0 && found.worse.every(({ was }) => was.startsWith('Detected')))
  const counted = found && found.worse.length + found.better.length + found.other.length + found.same + found.added
  t.equal(counted, all.scenarios.length, 'every scenario is in one of them')
  t.equal(changes(sampleRecord(), all), null)
  const louder = fullRecord().record
  if (louder.run.previous)
    louder.run.previous.scenarios = all.scenarios.map(({ scenario, outcome }) => ({
      id: scenario.id,
      digest: scenario.digest,
      outcome: outcome === 'detected' ? ('missed' as const) : outcome,
      twin: 'quiet' as const,
    }))
  t.equal(
    changes(louder, all)?.worse.length,
    all.scenarios.filter(({ twin }) => twin === 'false-alarm').length,
    'a detection does not make up for a false alarm',
  )
})

t.test('classes hold every scenario once, and small ones are taken together', async (t) => {
  const classes = scenarioClasses(all)
  t.equal(
    classes.reduce((sum, { scenarios }) => sum + scenarios, 0),
    all.scenarios.length,
  )
  t.ok(classes.every(({ name, scenarios }) => name === 'others' || scenarios >= 4))
  const { all: noticedAll, gaps } = noticed(all)
  t.ok(noticedAll.every(({ detected }) => detected.k === detected.n))
  t.ok(gaps.every(({ detected }) => detected.k < detected.n))
  const states = classes.flatMap(({ layers }) => layers.map(({ layer, state }) => `${layer} ${state}`))
  t.ok(states.includes('process none') && states.includes('flow saw'))
})

t.test('precision counts benign twins that alarmed, and known defects apart', async (t) => {
  const row = (index: number, more: Partial<Row>): Row => ({
    id: `s-${index}`,
    title: `S ${index}`,
    clause: 'malformed',
    techniques: [],
    sid: '1',
    ...more,
  })
  const some = figures(
    sampleRecord({
      scenarios: [
        row(1, {}),
        row(2, { twin: 'false-alarm' }),
        row(3, { twin: 'rule-defect' }),
        row(4, { verdict: 'missed' }),
      ],
    }),
  )
  t.match(precision(some), { withoutDefects: { k: 3, n: 4 }, withDefects: { k: 3, n: 5 } })
})

t.test('the curve of the time to detect ends at the share that was detected, and says so in words', async (t) => {
  const curve = waiting(record, all)
  t.match(curve?.svg, /<svg class="plot"[^>]* role="img" aria-label="Share of \d+ trials alerted on/)
  t.match(curve?.caption, /Kaplan-Meier estimate over \d+ trials.*\d+ trials without an alert in time are censored/)
  const last = curve?.rows.at(-1)
  t.equal(last?.alerted, all.timeToDetect.n - all.timeToDetect.censored)
  const none = sampleRecord({ scenarios: [] })
  t.equal(waiting(none, figures(none)), null)
})

t.test('what was not measured is told', async (t) => {
  const words = notMeasured(record, all).join(' ')
  t.match(words, '7 scenarios of the library that were not selected')
  t.match(words, '2 scenarios that could not be decided')
  t.match(words, 'The layers process and process-network')
  t.match(words, 'each case was played once')
})

for (const paper of [false, true])
  t.test(`an auditor finds every answer ${paper ? 'on paper' : 'on screen'}`, async (t) => {
    const page = text(renderHtml(record, { given, paper }))
    for (const part of [
      'What was in scope? 46 scenarios of 53 in the library',
      'Who allowed it? J. Okafor, head of security operations, reference CHG-20418, valid until 2026-12-31',
      'What was excepted, by whom, until when? 1 of 1 exception in force, approved by K. Approver, the last until 2027-01-31',
      `Signed at 2026-11-25 10:00:00.000 UTC by the signer’s own clock, with the ed25519 key whose id (SHA-256 of the public key in DER) is ${'ab'.repeat(32)}`,
      'cd'.repeat(32),
      'tocsin run --seed 7c1e90b2',
      ...(paper
        ? []
        : [
            'Frame 4, client → server, 74 bytes: segment under a wrong header checksum',
            '! wrong: headerChecksum 0x1234 right would be 0x53a1',
          ]),
      'Since run 20261123-093000-000000',
    ])
      t.ok(page.includes(part), part)
  })

t.test('on paper only what must be looked at is told in detail, however much was played', async (t) => {
  const many = sampleRecord({ trials: 30 })
  for (const trial of many.trials)
    if (trial.kind === 'stimulus') Object.assign(trial, { verdict: 'missed', met: false })
  many.run.summary = summarise(many.run.scenarios, many.trials, 1)
  const page = renderHtml(many, { paper: true })
  t.equal(page.match(/<article/g)?.length, 40)
  t.match(text(page), '6 further ones, and all others are in report.html')
  const lines = page.slice(page.indexOf('id="scenarios"')).match(/<tr><th scope="row">/g)
  t.equal(lines?.length, 46, 'a line for each scenario all the same')
})

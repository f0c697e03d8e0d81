import t from 'tap'
import { figures } from '../../harness/evidence/figures.ts'
import { authorisation, command, headline, limitations, undecidedNote } from '../../reports/account.ts'
import { concerns } from '../../reports/concerns.ts'
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
const some = (count: number, more: Partial<Row> = {}, from = 0) =>
  Array.from({ length: count }, (_, index) => row(from + index, more))
const said = (scenarios: readonly Row[]) => headline(figures(sampleRecord({ scenarios })))

t.test('the result is one sentence that hides nothing', async (t) => {
  t.equal(said(some(20)), 'The stack detected 20 of 20 scenarios (100%); none of 20 benign twins raised a false alarm.')
  t.equal(
    said([...some(8), row(8, { verdict: 'missed' }), row(9, { twin: 'false-alarm' })]),
    'The stack detected 9 of 10 scenarios (90.0%); 1 fell short of what was expected; 1 of 10 benign twins raised a false alarm.',
  )
  t.match(
    headline(figures(sampleRecord())),
    'The stack detected 35 of 43 scenarios that could be decided (81.4%); 4 more left the telemetry that was all they ask for; 4 fell short of what was expected; 1 had no monitor to see it; 2 could not be decided; 1 of 45 benign twins raised a false alarm.',
  )
})

t.test('with more than a tenth undecided there is no conclusion', async (t) => {
  const open = { verdict: 'inconclusive', unproven: true } as const
  t.match(said([...some(18), ...some(2, open, 18)]), /^The stack detected 18 of 18 scenarios that could be decided/)
  t.match(
    said([...some(17), ...some(3, open, 17)]),
    /^No conclusion: 3 of 20 scenarios could not be decided. Of the 17 that could, the stack detected 17;/,
  )
  t.match(said(some(3, open)), /^No conclusion: none of 3 scenarios could be decided; none of 3/)
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

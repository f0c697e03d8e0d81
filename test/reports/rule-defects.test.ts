import t from 'tap'
import { summaryText } from '../../harness/cli/summary-text.ts'
import { figures } from '../../harness/evidence/figures.ts'
import { runSchema } from '../../harness/evidence/record-schema.ts'
import { contradiction } from '../../harness/evidence/summary.ts'
import { exitCode } from '../../harness/verdict/exit-code.ts'
import { headline, keyFigures } from '../../reports/account.ts'
import { concerns } from '../../reports/concerns.ts'
import { resultOf } from '../../reports/junit.ts'
import { legalRecord } from './legal-record.ts'
import { rendered } from './reports.ts'
import { sampleRecord } from './sample-record.ts'

const plain = sampleRecord()
const record = legalRecord()

t.test('legal traffic changes none of the figures of the anomalies and their twins', async (t) => {
  const { mustNotAlert, ...others } = figures(record)
  const { mustNotAlert: none, ...before } = figures(plain)
  t.strictSame(others, before)
  t.strictSame(none, [])
  t.strictSame(
    mustNotAlert.map(({ twin }) => twin),
    ['rule-defect', 'rule-defect', 'quiet'],
  )
})

t.test('the summary counts it beside what it counted before', async (t) => {
  const { scenarios, mustNotAlert, ruleDefects, ...others } = record.run.summary
  const { scenarios: before, mustNotAlert: none, ruleDefects: noDefects, ...same } = plain.run.summary
  t.strictSame(others, same)
  t.equal(scenarios, before + 3)
  t.strictSame([none, noDefects, mustNotAlert, ruleDefects], [0, 0, 3, 2])
  t.equal(contradiction(record), null)
})

t.test('a record that was made before there was such traffic is read', async (t) => {
  const older = Object.entries(plain.run.summary).filter(([name]) => name !== 'mustNotAlert' && name !== 'ruleDefects')
  const summary = Object.fromEntries(older)
  t.strictSame(runSchema.parse({ ...plain.run, summary }).summary, { ...summary, mustNotAlert: 0, ruleDefects: 0 })
})

t.test('only a defect that the scenario does not name fails a campaign and asks for attention', async (t) => {
  const of = (id: string) => record.trials.filter(({ scenario }) => scenario === id)
  const code = (id: string) => exitCode({ incomplete: false }, of(id))
  t.strictSame(['legal-known', 'legal-unknown', 'legal-quiet'].map(code), [0, 1, 0])
  t.strictSame(
    [...of('legal-known'), ...of('legal-unknown'), ...of('legal-quiet')].map(resultOf),
    ['skipped', 'failure', 'pass'],
    'to a CI system',
  )
  const told = concerns(figures(record)).filter(({ verdict }) => verdict === 'rule-defect')
  t.strictSame(
    told.flatMap(({ scenarios }) => scenarios.map(({ scenario }) => scenario.id)),
    ['legal-unknown'],
  )
})

t.test('defects of rules have a part of their own in what people read', async (t) => {
  const html = await rendered('html', record)
  const part = /<h2 id="rule-defects">Defects of the stack's rules<\/h2>[\s\S]*?<\/section>/.exec(html)?.[0] ?? ''
  t.match(
    part,
    /legal-known[\s\S]*known<\/span>[\s\S]*2260002[\s\S]*legal-unknown[\s\S]*not known before[\s\S]*2250008/,
  )
  t.match(part, /legal-quiet[\s\S]*none/)
  t.match(html, /<a href="#legal-2">Reading two registers<\/a>/, 'what needs attention leads there')
  t.notMatch(await rendered('html', plain), /id="rule-defects"/)

  const markdown = await rendered('markdown', record)
  t.match(
    markdown,
    /## Defects of the stack's rules\n[\s\S]*\| Mail with an ordinary greeting \| ! Rule defect \| `2260002 rule 2260002` \|/,
  )
  t.notMatch(await rendered('markdown', plain), /Defects of/)

  const text = summaryText(record, { directory: 'x', files: [] }, { isTerminal: false, columns: 120, colour: false })
  t.match(text, /^ {2}rule defects +2 of 3 kinds of legal traffic raised an alert \(1 of them not known before\)$/m)
  t.match(headline(figures(record)), /Rules alerted on 2 of 3 kinds of traffic that is legal\.$/)
  t.strictSame(
    keyFigures(figures(record)).find(([name]) => /Legal/.test(name)),
    ['Legal traffic on which a rule alerted', '2 of 3'],
  )
})

t.test('a campaign of legal traffic alone has no anomaly to report on', async (t) => {
  const scenarios = record.run.scenarios.filter(({ knownDefects }) => knownDefects)
  const ids = new Set(scenarios.map(({ id }) => id))
  const trials = record.trials.filter(({ scenario }) => ids.has(scenario))
  const alone = { ...record, trials, run: { ...record.run, scenarios } }
  t.equal(headline(figures(alone)), 'No anomaly was played. Rules alerted on 2 of 3 kinds of traffic that is legal.')
  t.match(await rendered('html', alone), /No anomaly was played/)
})

import t from 'tap'
import { summaryText } from '../../../harness/cli/summary-text.ts'
import { figures } from '../../../harness/evidence/figures.ts'
import { sampleRecord } from '../../reports/sample-record.ts'

const pipe = { isTerminal: false, columns: 80, colour: false }
const place = { directory: 'runs/x', files: ['report.csv', 'report.html'] }

t.test('the summary tells every figure, what needs attention, and where the report is', async (t) => {
  const record = sampleRecord()
  const { outcomes, detected, falseAlarms, scenarios } = figures(record)
  const text = summaryText(record, place, pipe)
  t.match(text, `${record.run.campaign.title}: ${scenarios.length} scenarios in 14.82 s\n`)
  t.match(
    text,
    new RegExp(`^ {2}proven +${record.run.summary.proven} of ${record.run.summary.trials} anomalies on the wire$`, 'm'),
  )
  t.match(text, new RegExp(`^ {2}detected +${detected.k} of ${detected.n} \\(.*95% interval .*\\)$`, 'm'))
  for (const verdict of ['partial', 'logged', 'missed', 'inconclusive'] as const)
    t.match(text, new RegExp(`^ {2}${verdict} +${outcomes[verdict]}\\b`, 'm'))
  t.match(text, new RegExp(`^ {2}false alarms +${falseAlarms.k} of ${falseAlarms.n} benign twins$`, 'm'))
  t.match(text, /^ {2}time to detect +median .*, 95th percentile /m)
  t.match(text, /^Needs attention:$/m)
  t.match(text, /^Report: +runs\/x\/report\.html$/m)
  t.match(text, new RegExp(`^Same again: +tocsin .*--seed ${record.run.campaign.seed}$`, 'm'))
  t.notMatch(text, '\x1b')
})

t.test('gaps that a scenario expects are told apart', async (t) => {
  const record = sampleRecord()
  const known = record.trials.filter(({ verdict }) => verdict === 'missed' || verdict === 'logged')
  t.ok(known.length > 0)
  for (const trial of known) trial.met = true
  const text = summaryText(record, place, pipe)
  t.match(text, /^ {2}logged +\d+ \(a record but no alert; as expected: the stack has no rule for it\)$/m)
  t.match(text, /^ {2}missed +\d+ \(nothing at all; as expected: a known blind spot\)$/m)
})

t.test('when all is as expected it says so, and zero is told too', async (t) => {
  const record = sampleRecord()
  const good = new Set(record.run.scenarios.map(({ id }) => id))
  for (const { scenario, verdict, met } of record.trials)
    if ((verdict !== 'detected' && verdict !== 'quiet') || met !== true) good.delete(scenario)
  t.ok(good.size > 0)
  record.run.scenarios = record.run.scenarios.filter(({ id }) => good.has(id))
  record.trials = record.trials.filter(({ scenario }) => good.has(scenario))
  const text = summaryText(record, place, pipe)
  t.match(text, 'Needs attention: nothing. Every expectation was met.\n')
  for (const verdict of ['partial', 'logged', 'missed', 'inconclusive'])
    t.match(text, new RegExp(`^ {2}${verdict} +0$`, 'm'))
})

t.test('on a terminal no line is longer than it is wide, and hostile text cannot steer it', async (t) => {
  const record = sampleRecord({ text: `${'many words '.repeat(20)}\x1b[2J\x07` })
  const text = summaryText(record, place, { isTerminal: true, columns: 80, colour: false })
  for (const steering of ['\x1b', '\x07']) t.notMatch(text, steering)
  for (const line of text.split('\n')) t.ok(line.length <= 80, line)
})

t.test('an unfinished run says so', async (t) => {
  const record = sampleRecord()
  record.run.incomplete = true
  record.run.problems = ['Suricata ended']
  const text = summaryText(record, place, pipe)
  t.match(text, 'The campaign did not come to its end')
  t.match(text, 'Problem: Suricata ended\n')
})

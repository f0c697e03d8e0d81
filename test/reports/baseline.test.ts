import t from 'tap'
import { summaryText } from '../../harness/cli/summary-text.ts'
import { method, limitations } from '../../reports/account.ts'
import { againWords, baselineWords, playedAgain, repeatWords, taughtWords } from '../../reports/baseline.ts'
import { figures } from '../../harness/evidence/figures.ts'
import { baselineSample } from './baseline-sample.ts'
import { rendered } from './reports.ts'
import { sampleRecord } from './sample-record.ts'

const { record } = baselineSample()
const conversations = record.run.baseline?.conversations.length ?? 0

t.test('what was learnt, when, and what came of it once more is told in words', async (t) => {
  const words = String(baselineWords(record))
  t.match(
    words,
    `For 2 scenarios whose anomaly is one because it is new, the stack was first given ${conversations} conversations of ordinary traffic`,
  )
  t.match(words, `the witness saw ${conversations * 13} of ${conversations * 13} frames`)
  t.match(words, 'The trials began when the stack had heard a sentinel after it.')
  t.match(
    words,
    'Of 3 anomalies detected as new, 3 raised no expected alert when played once more: the stack had learnt them.',
  )
  const waited = { ...record, run: { ...record.run, baseline: { ...record.run.baseline, learnMs: 60_000 } } }
  t.match(baselineWords(waited as typeof record), 'The stack then had 1 min 0 s to learn.')
  t.equal(baselineWords(sampleRecord()), null)
})

t.test('only anomalies that were detected as new say whether the stack learns', async (t) => {
  t.same(playedAgain(record), { silent: 3, alerted: 0, inconclusive: 0 })
  const { trials } = baselineSample().record
  for (const { repeat } of trials) if (repeat) repeat.outcome = 'alerted'
  t.match(
    againWords({ trials }),
    'Of 3 anomalies detected as new, 0 raised no expected alert when played once more; 3 raised it again.',
  )
  t.equal(againWords(sampleRecord()), 'No anomaly that was new was detected.')
})

t.test('each trial says what was learnt before it, and the anomaly what came of it once more', async (t) => {
  const [stimulus, control] = record.trials.filter(({ baseline }) => baseline)
  t.equal(
    taughtWords(stimulus as never),
    'Learnt first: 2 conversations, 26 of 26 frames proven; alert 1005022 meanwhile.',
  )
  t.equal(
    repeatWords(stimulus as never),
    'Once more: silent. The expected alert did not come again: the stack has learnt it.',
  )
  t.equal(repeatWords(control as never), null)
  const plain = record.trials.find(({ baseline }) => !baseline)
  t.same([taughtWords(plain as never), repeatWords(plain as never)], [null, null])
})

t.test('HTML, Markdown and the summary show it, and nothing of it where nothing was learnt', async (t) => {
  const [html, markdown] = [await rendered('html', record), await rendered('markdown', record)]
  t.match(html, 'Learnt first')
  t.match(html, 'TLS to the portal of the company (2 conversations)')
  t.match(html, 'Once more: silent.')
  t.match(markdown, /^## Learnt, new, once more$/m)
  t.match(markdown, /\| 26\/26 \| . Detected \| silent \|/)
  const screen = { columns: 200, isTerminal: false, colour: false }
  const text = summaryText(record, { directory: 'run', files: [] }, screen)
  t.match(
    text,
    new RegExp(
      `learnt first +${conversations * 13} of ${conversations * 13} frames of ordinary traffic; once more, 3 of 3`,
    ),
  )
  t.equal(method(record).length, method(sampleRecord()).length + 1)
  const limits = limitations(record, figures(record))
  t.match(limits.join(' '), 'a stack that had seen a few seconds of ordinary traffic')

  const without = sampleRecord()
  for (const page of [
    await rendered('html', without),
    await rendered('markdown', without),
    summaryText(without, { directory: 'run', files: [] }, screen),
  ])
    t.notMatch(page, /[Ll]earnt first|[Oo]nce more/)
})

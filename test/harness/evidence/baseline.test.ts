import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readRecord, readWhole } from '../../../harness/evidence/read.ts'
import type { CampaignRecord } from '../../../harness/evidence/record.ts'
import { contradiction } from '../../../harness/evidence/summary.ts'
import { writeRecord } from '../../../harness/evidence/write.ts'
import { baselineSample } from '../../reports/baseline-sample.ts'

t.test('a record with a baseline read back is the record', async (t) => {
  const { record } = baselineSample()
  t.strictSame(await readWhole(await writeRecord({ runs: t.testdir() }, record)), record)
})

t.test('a record whose baseline does not agree with its trials is refused', async (t) => {
  const broken: [what: string, change: (record: CampaignRecord) => void, message: RegExp][] = [
    [
      'a conversation less',
      ({ run }) => void run.baseline?.conversations.pop(),
      /^the baseline of trial .* has 2 conversations, but the conversations of run\.json give 1$/,
    ],
    ['no baseline in run.json', ({ run }) => void delete run.baseline, /has 2 conversations, but .* give 0$/],
    [
      'a trial that was taught less',
      ({ trials }) => {
        const taught = trials.find(({ baseline }) => baseline)?.baseline
        if (taught) taught.found = 25
      },
      /has 25 found, but .* give 26$/,
    ],
    [
      'a conversation of nobody',
      ({ run }) => {
        const [first] = run.baseline?.conversations ?? []
        if (first) run.baseline?.conversations.push({ ...first, trial: 'nobody' })
      },
      /^a conversation of the baseline belongs to trial nobody, which is not there$/,
    ],
  ]
  for (const [what, change, message] of broken) {
    const { record } = baselineSample()
    change(record)
    t.match(contradiction(record), message, what)
  }
  t.equal(contradiction(baselineSample().record), null)
})

t.test('an unknown key in a phase is refused, with its line', async (t) => {
  const { record } = baselineSample()
  const path = await writeRecord({ runs: t.testdir() }, record)
  const file = join(path, 'trials.jsonl')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('"outcome":"silent"', '"outcome":"silent","learnt":true'))
  await t.rejects(readRecord(path), { message: /trials\.jsonl:\d+: repeat: .*learnt/ })
})

import t from 'tap'
import { figures } from '../../harness/evidence/figures.ts'
import { readRecord } from '../../harness/evidence/read.ts'
import { writeRecord } from '../../harness/evidence/write.ts'
import type { Reporter } from '../../reports/reporter.ts'
import { reporters } from '../../reports/registry.ts'
import { sampleRecord } from './sample-record.ts'

t.test('a record of ten thousand trials is written, read and rendered in seconds', async (t) => {
  const record = sampleRecord({ trials: 105 })
  t.ok(record.trials.length > 10_000)
  // Of processor time, not of the clock: the machine may be busy with other tests.
  const before = process.cpuUsage()
  const read = await readRecord(await writeRecord({ runs: t.testdir() }, record))
  t.equal(read.trials.length, record.trials.length)
  t.match(figures(read).detected, { k: 35, n: 43 })
  for (const reporter of Object.values(reporters) as Reporter[]) {
    if (reporter.needsBrowser) continue
    const [file] = await reporter.render(read)
    if (reporter.name === 'html') t.ok((file?.content.length ?? 0) < 3_000_000, 'the page stays small enough to open')
  }
  const { user, system } = process.cpuUsage(before)
  t.ok(user + system < 15_000_000, `${(user + system) / 1e6} s`)
})

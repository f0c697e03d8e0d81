import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { previousOf, readPrevious } from '../../../harness/evidence/previous.ts'
import { writeRecord } from '../../../harness/evidence/write.ts'
import { sampleRecord } from '../../reports/sample-record.ts'

t.test('the run before is the newest of all runs, or the one whose place is taken', async (t) => {
  const record = sampleRecord()
  const runs = join(t.testdir(), 'runs')
  t.equal(await readPrevious({ runs }), null, 'no run yet')
  const out = await writeRecord({ runs }, record)
  const found = await readPrevious({ runs })
  t.strictSame(found, previousOf(record))
  t.strictSame(await readPrevious({ out }), found)
  t.equal(found?.scenarios.length, record.run.scenarios.length)
  t.match(
    found?.scenarios.find(({ id }) => id === 'ipv4-bad-checksum'),
    { outcome: 'detected', twin: 'quiet', digest: /^[0-9a-f]{64}$/ },
  )
})

t.test('an older run that cannot be read stops nothing', async (t) => {
  const out = await writeRecord({ out: join(t.testdir(), 'run') }, sampleRecord())
  await writeFile(join(out, 'trials.jsonl'), 'no JSON\n')
  t.equal(await readPrevious({ out }), null)
  await rm(join(out, 'run.json'))
  t.equal(await readPrevious({ out }), null)
})

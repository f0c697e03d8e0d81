import t from 'tap'
import { latestBegun } from '../../../harness/attribution/in-time.ts'

const began = new Map<string, number | null>([
  ['baseline/1', 1000],
  ['baseline/2', 1010],
  ['trial', 2000],
  ['repeat', null],
])
const start = (id: string) => began.get(id) ?? null

t.test('of several playings an observation tells of the latest that had begun', async (t) => {
  const all = [...began.keys()]
  const table: [at: number, expected: string | null][] = [
    [900, null],
    [999.5, 'baseline/1'],
    [1005, 'baseline/1'],
    [1500, 'baseline/2'],
    [1998, 'baseline/2'],
    [2000.2, 'trial'],
    [9000, 'trial'],
  ]
  for (const [at, expected] of table) t.equal(latestBegun(all, start, at), expected, String(at))
  t.equal(latestBegun(all.toReversed(), start, 2500), 'trial', 'whatever their order')
  t.equal(latestBegun(['baseline/1'], start, 9000), 'baseline/1')
  t.equal(latestBegun(['repeat'], start, 9000), null, 'none that has not begun')
  t.equal(latestBegun([], start, 9000), null)
})

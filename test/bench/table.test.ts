import t from 'tap'
import { formatBench, median } from './table.ts'

t.test('the median of an even number of samples is the mean of the middle two', async (t) => {
  t.equal(median([3, 1, 2]), 2)
  t.equal(median([4, 1, 2, 3]), 2.5)
  t.ok(Number.isNaN(median([])))
})

t.test('a result is aligned, with ratios to the baseline', async (t) => {
  const text = formatBench({
    title: 'Speed',
    unit: 'frames/s',
    rows: [
      { name: 'fast one', samples: [3000, 2000, 2500] },
      { name: 'slow', samples: [500] },
    ],
    baseline: 'slow',
    notes: ['gone is left out'],
    requirements: [
      { text: 'fast is faster', met: true },
      { text: 'gone is faster', met: null },
      { text: 'slow is faster', met: false },
    ],
  })
  t.equal(
    text,
    [
      'Speed (frames/s)',
      '          median    min    max  ratio  n',
      'fast one   2,500  2,000  3,000  5.00x  3',
      'slow         500    500    500  1.00x  1',
      'met: fast is faster',
      'not measured: gone is faster',
      'NOT MET: slow is faster',
      'note: gone is left out',
      '',
    ].join('\n'),
  )
})

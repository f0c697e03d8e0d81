import fc from 'fast-check'
import t from 'tap'
import { atLeast, clopperPearson, wilson } from '../../../harness/verdict/stats.ts'

t.test('the interval is Wilson’s', async (t) => {
  // Values of R's prop.test(k, n, correct = FALSE).
  const known: [number, number, number, number][] = [
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [5, 10, 0.2366, 0.7634],
    [81, 263, 0.2553, 0.3662],
    [1, 1, 0.2065, 1],
  ]
  for (const [k, n, low, high] of known) {
    const interval = wilson(k, n)
    t.ok(Math.abs(interval.low - low) < 0.0001 && Math.abs(interval.high - high) < 0.0001, `${k} of ${n}`)
  }
})

t.test('it always holds the rate, within 0 and 1', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (n, some) => {
      const k = some % (n + 1)
      const { low, high } = wilson(k, n)
      return low >= 0 && high <= 1 && low <= k / n && k / n <= high
    }),
  )
  t.pass()
})

t.test('nothing measured has no interval', async (t) => {
  for (const [k, n] of [
    [0, 0],
    [2, 1],
    [-1, 3],
    [Number.NaN, 3],
  ] as const)
    t.throws(() => wilson(k, n), RangeError)
})

/** k, n, Wilson's interval, Clopper's and Pearson's; computed with another program. */
const vectors: [number, number, [number, number], [number, number]][] = [
  [0, 10, [0, 0.2775], [0, 0.3085]],
  [10, 10, [0.7225, 1], [0.6915, 1]],
  [18, 20, [0.699, 0.9721], [0.683, 0.9877]],
  [45, 50, [0.7864, 0.9565], [0.7819, 0.9667]],
  [5, 5, [0.5655, 1], [0.4782, 1]],
  [3, 3, [0.4385, 1], [0.2924, 1]],
]

t.test('both intervals are the known ones, and the exact one is the wider', async (t) => {
  const near = (one: number, other: number) => Math.abs(one - other) < 0.00006
  for (const [k, n, [low, high], [exactLow, exactHigh]] of vectors) {
    const [score, exact] = [wilson(k, n), clopperPearson(k, n)]
    t.ok(near(score.low, low) && near(score.high, high), `Wilson ${k} of ${n}`)
    t.ok(near(exact.low, exactLow) && near(exact.high, exactHigh), `Clopper-Pearson ${k} of ${n}`)
    t.ok(exact.low <= score.low && exact.high >= score.high)
  }
  t.throws(() => clopperPearson(0, 0), RangeError)
  t.throws(() => clopperPearson(3, 2), RangeError)
})

t.test('59 of 59 are the fewest that show 95% with 95% confidence', async (t) => {
  t.ok(1 - atLeast(59, 59, 0.95) >= 0.95)
  t.ok(1 - atLeast(58, 58, 0.95) < 0.95)
})

t.test('the probability of at least k of n is that of the coins', async (t) => {
  t.equal(atLeast(0, 4, 0.5), 1)
  t.equal(atLeast(4, 4, 0.5), 1 / 16)
  t.ok(Math.abs(atLeast(3, 4, 0.5) - 5 / 16) < 1e-12)
  t.equal(atLeast(2, 4, 0), 0)
  t.equal(atLeast(2, 4, 1), 1)
  t.ok(atLeast(600, 1000, 0.5) > 0 && atLeast(600, 1000, 0.5) < 1e-8, 'far out in the tail')
  t.throws(() => atLeast(1, 0, 0.5), RangeError)
})

import fc from 'fast-check'
import t from 'tap'
import { wilson } from '../../../harness/verdict/stats.ts'

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

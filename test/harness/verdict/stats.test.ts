import fc from 'fast-check'
import t from 'tap'
import { atLeast, clopperPearson, kaplanMeier, survivalQuantile, wilson } from '../../../harness/verdict/stats.ts'

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

/** Weeks of remission of leukaemia patients (Freireich et al. 1963), as in Cox and Oakes, Analysis of Survival Data; `+` is censored. */
const remission = {
  treated: '6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+',
  placebo: '1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23',
}
const lives = (text: string) =>
  text.split(' ').map((word) => ({ time: Number.parseFloat(word), isEvent: !word.endsWith('+') }))

t.test('the survival curve is that of the textbook', async (t) => {
  // As R's survfit prints it: time, at risk, events, survival, and its interval on the scale of the logarithm.
  const known: [number, number, number, number, number, number][] = [
    [6, 21, 3, 0.857, 0.72, 1],
    [7, 17, 1, 0.807, 0.653, 0.996],
    [10, 15, 1, 0.753, 0.586, 0.968],
    [13, 12, 1, 0.69, 0.51, 0.935],
    [16, 11, 1, 0.627, 0.439, 0.896],
    [22, 7, 1, 0.538, 0.337, 0.858],
    [23, 6, 1, 0.448, 0.249, 0.807],
  ]
  const steps = kaplanMeier(lives(remission.treated))
  t.equal(steps.length, known.length)
  for (const [index, [time, atRisk, events, survival, low, high]] of known.entries()) {
    const step = steps[index]
    t.match(step, { time, atRisk, events })
    for (const [found, wanted] of [
      [step?.survival, survival],
      [step?.low, low],
      [step?.high, high],
    ])
      t.ok(Math.abs((found ?? 9) - (wanted ?? 0)) < 0.00051, `${time}: ${found}, ${wanted}`)
  }
  t.equal(survivalQuantile(steps, 0.5), 23)
  t.equal(survivalQuantile(steps, 0.75), null, 'never reached')
})

t.test('without censoring the survival curve is the plain share, and ends at nothing', async (t) => {
  const steps = kaplanMeier(lives(remission.placebo))
  const at = (time: number) => steps.find((step) => step.time === time)?.survival ?? 0
  t.ok(Math.abs(at(1) - 19 / 21) < 1e-12)
  t.ok(Math.abs(at(8) - 8 / 21) < 1e-12)
  t.strictSame(steps.at(-1), { time: 23, atRisk: 1, events: 1, survival: 0, low: 0, high: 0 })
  t.equal(survivalQuantile(steps, 0.5), 8)
  t.equal(
    survivalQuantile(kaplanMeier(lives('1 2 3 4')), 0.5),
    2,
    'half of an even number, whatever the fractions make of it',
  )
})

t.test('who only was censored has no survival curve, and the order of lives does not matter', async (t) => {
  t.strictSame(kaplanMeier([]), [])
  t.strictSame(kaplanMeier(lives('5+ 6+')), [])
  t.strictSame(kaplanMeier(lives(remission.treated).reverse()), kaplanMeier(lives(remission.treated)))
  fc.assert(
    fc.property(fc.array(fc.record({ time: fc.nat(50), isEvent: fc.boolean() })), (some) => {
      const curve = kaplanMeier(some).map(({ survival }) => survival)
      return curve.every((each, index) => each >= 0 && each < (curve[index - 1] ?? 1))
    }),
  )
})

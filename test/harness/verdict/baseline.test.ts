import fc from 'fast-check'
import t from 'tap'
import type { Observation } from '../../../harness/monitors/observation.ts'
import type { Expectation } from '../../../harness/scenario/schema.ts'
import type { AttributedObservation } from '../../../harness/verdict/expected-alert.ts'
import { type JudgeInput, judge } from '../../../harness/verdict/judge.ts'
import { judgeRepeat, type RepeatInput } from '../../../harness/verdict/judge-repeat.ts'
import type { Strength } from '../../../harness/verdict/verdict.ts'

const start = 1_790_000_000_000
const expect: Expectation = {
  alert: [{ layer: 'packet', rules: { tocsin: ['1005022'] }, fields: {} }],
  telemetry: ['flow'],
}

function alert(id: string, strength: Strength = 'flow', product = 'tocsin'): AttributedObservation {
  const observation: Observation = {
    monitor: 'eve',
    kind: 'alert',
    layer: 'packet',
    event: 'alert',
    at: start + 5,
    receivedAt: start + 5,
    rule: { product, id, name: `TOCSIN ${id}` },
    source: {},
    destination: {},
    raw: {},
  }
  return { observation, strength }
}

const stack: JudgeInput['stack'] = {
  alive: true,
  reason: null,
  alertWatermark: start + 50,
  watchedUntil: start + 100,
  clockOffsetMs: 0,
}
const proven = { frames: 2, found: 2, firstAt: start, lastAt: start + 1 }
const failed = { frames: 30, found: 28, failure: 'the kernel refused frame 3: EMSGSIZE' }
const learnt = { frames: 30, found: 30, failure: null }

function input(kind: 'stimulus' | 'control', more: Partial<JudgeInput> = {}): JudgeInput {
  return {
    trial: { kind, expect },
    proof: proven,
    observations: [],
    stack,
    windowMs: 10_000,
    monitors: [{ name: 'eve', product: 'suricata', layers: ['flow', 'packet', 'stream'] }],
    ...more,
  }
}

t.test('a trial whose baseline is not proven is undecided, whatever the stack said of it', async (t) => {
  const reason =
    'Its baseline is not proven: the witness saw only 28 of 30 frames of the ordinary traffic before it: the kernel refused frame 3: EMSGSIZE.'
  for (const kind of ['stimulus', 'control'] as const)
    for (const observations of [[], [alert('1005022')], [alert('1005001')]]) {
      const result = judge(input(kind, { observations, baseline: failed }))
      t.match(result, { verdict: 'inconclusive', reason, met: null, latencyMs: null })
      t.equal(result.alerts.length, observations.length, 'its alerts stay in the record')
    }
  t.match(judge(input('stimulus', { baseline: { frames: 0, found: 0, failure: null } })), { verdict: 'inconclusive' })
})

t.test('a trial whose baseline is proven is judged like every other', async (t) => {
  const table: [kind: 'stimulus' | 'control', observations: AttributedObservation[], verdict: string][] = [
    ['stimulus', [alert('1005022')], 'detected'],
    ['stimulus', [alert('1005001')], 'partial'],
    ['stimulus', [], 'missed'],
    ['control', [], 'quiet'],
    ['control', [alert('1005022')], 'false-alarm'],
  ]
  for (const [kind, observations, verdict] of table) {
    const plain = judge(input(kind, { observations }))
    t.equal(plain.verdict, verdict)
    t.same(judge(input(kind, { observations, baseline: learnt })), plain)
  }
})

t.test('no baseline that is not proven ever gives a verdict', async () => {
  const frames = fc.integer({ min: 0, max: 20 })
  fc.assert(
    fc.property(
      fc.constantFrom('stimulus' as const, 'control' as const),
      frames,
      frames,
      fc.boolean(),
      (kind, all, found, loud) => {
        const observations = loud ? [alert('1005022')] : []
        const { verdict } = judge(input(kind, { observations, baseline: { frames: all, found, failure: null } }))
        return (verdict === 'inconclusive') === (all === 0 || found < all)
      },
    ),
  )
})

const repeat = (more: Partial<RepeatInput> = {}): RepeatInput => ({
  trial: { expect, verdict: 'detected' },
  proof: proven,
  observations: [],
  stack,
  windowMs: 10_000,
  failure: null,
  ...more,
})
const deaf = { ...stack, alive: false, reason: 'sentinel 4 after it was not noticed', alertWatermark: null }

t.test('an anomaly played once more: learnt, not learnt, or not to be told', async (t) => {
  const table: [what: string, input: RepeatInput, outcome: string, reason: RegExp][] = [
    ['silence', repeat(), 'silent', /did not come again: the stack has learnt it/],
    [
      'an alert of another rule is no expected one',
      repeat({ observations: [alert('1005001')] }),
      'silent',
      /learnt it/,
    ],
    [
      'one that only time ties to it neither',
      repeat({ observations: [alert('1005022', 'time')] }),
      'silent',
      /learnt it/,
    ],
    [
      'the expected alert',
      repeat({ observations: [alert('1005022')] }),
      'alerted',
      /again: it did not learn the anomaly/,
    ],
    [
      'the alert, though the stack fell deaf',
      repeat({ observations: [alert('1005022')], stack: deaf }),
      'alerted',
      /again/,
    ],
    ['silence of a deaf stack', repeat({ stack: deaf }), 'inconclusive', /sentinel 4 after it was not noticed/],
    [
      'not proven, though it alerted',
      repeat({ observations: [alert('1005022')], proof: { ...proven, found: 1 }, failure: 'an actor died' }),
      'inconclusive',
      /only 1 of 2 frames of the repeat: an actor died/,
    ],
    [
      'not read for long enough',
      repeat({ stack: { ...stack, alertWatermark: start - 1 } }),
      'inconclusive',
      /long enough/,
    ],
    [
      'read for the whole window',
      repeat({ stack: { ...stack, alertWatermark: null, watchedUntil: start + 10_000 } }),
      'silent',
      /learnt/,
    ],
    [
      'missed the first time',
      repeat({ trial: { expect, verdict: 'missed' } }),
      'silent',
      /did not come the first time/,
    ],
    [
      'no rule is known',
      repeat({ trial: { expect: { alert: [], telemetry: ['flow'] }, verdict: 'logged' } }),
      'silent',
      /nothing can be said of learning/,
    ],
  ]
  for (const [what, given, outcome, reason] of table) t.match(judgeRepeat(given), { outcome, reason }, what)
})

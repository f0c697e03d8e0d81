import t from 'tap'
import { figures } from '../../../harness/evidence/figures.ts'
import type { RecordedTrial } from '../../../harness/evidence/record.ts'
import { summarise } from '../../../harness/evidence/summary.ts'
import { timeToDetect } from '../../../harness/evidence/time-to-detect.ts'
import { sampleRecord } from '../../reports/sample-record.ts'
import type { Row } from '../../reports/sample-scenarios.ts'

const one: Row = { id: 'a', title: 'A', clause: 'malformed', techniques: ['T1'], sid: '1' }
const blank = sampleRecord()

/** A record of one scenario with these verdicts. */
function judged(stimuli: RecordedTrial['verdict'][], controls: RecordedTrial['verdict'][] = []) {
  const base = sampleRecord({ scenarios: [one], trials: Math.max(stimuli.length, controls.length, 1) })
  const pick = (kind: RecordedTrial['kind'], verdicts: RecordedTrial['verdict'][]) =>
    base.trials
      .filter((trial) => trial.kind === kind)
      .slice(0, verdicts.length)
      .map((trial, index) => ({
        ...trial,
        verdict: verdicts[index] ?? 'detected',
        met:
          { detected: true, quiet: true, missed: false, logged: false, partial: false, 'false-alarm': false }[
            verdicts[index] as string
          ] ?? null,
      }))
  const trials = [...pick('stimulus', stimuli), ...pick('control', controls)]
  return { ...base, trials, run: { ...base.run, summary: summarise(base.run.scenarios, trials, 1) } }
}

t.test('the figures of the sample are those counted by hand', async (t) => {
  const all = figures(blank)
  t.equal(all.scenarios.length, 46)
  t.strictSame(all.outcomes, { detected: 35, partial: 1, logged: 5, missed: 2, inconclusive: 2, 'not-applicable': 1 })
  t.match(all.detected, { k: 35, n: 43 })
  t.match(all.met, { k: 39, n: 43 })
  t.match(all.seen, { k: 41, n: 43 })
  t.match(all.falseAlarms, { k: 1, n: 45 })
  t.equal(all.unattributedAlerts, 0)
})

t.test('intervals are the published Wilson values', async (t) => {
  const { detected } = figures(judged(['detected']))
  t.strictSame([detected.k, detected.n], [1, 1])
  // 1 of 1: n / (n + z²).
  t.equal(detected.interval?.low.toFixed(4), '0.2065')
  t.equal(detected.interval?.high, 1)
})

const outcomes: [RecordedTrial['verdict'][], string, boolean | null][] = [
  [['detected', 'detected'], 'detected', true],
  [['detected', 'missed'], 'missed', false],
  [['detected', 'partial', 'logged'], 'logged', false],
  [['missed', 'inconclusive'], 'missed', false],
  [['detected', 'inconclusive'], 'inconclusive', null],
  [['detected', 'not-applicable'], 'detected', true],
  [['not-applicable'], 'not-applicable', null],
  [['inconclusive', 'not-applicable'], 'inconclusive', null],
]

for (const [verdicts, outcome, met] of outcomes)
  t.test(`a scenario with ${verdicts.join(' and ')} is ${outcome}`, async (t) => {
    const [scenario] = figures(judged(verdicts)).scenarios
    t.equal(scenario?.outcome, outcome)
    t.equal(scenario?.met, met)
  })

t.test('a twin is judged by its worst trial too', async (t) => {
  t.equal(figures(judged(['detected'], ['quiet', 'false-alarm'])).scenarios[0]?.twin, 'false-alarm')
  t.equal(figures(judged(['detected'], ['quiet', 'inconclusive'])).scenarios[0]?.twin, 'inconclusive')
  t.equal(figures(judged(['detected'])).scenarios[0]?.twin, null)
})

t.test('a scenario of which nothing was played is inconclusive and in no denominator', async (t) => {
  const all = figures(judged([]))
  t.equal(all.scenarios[0]?.outcome, 'inconclusive')
  t.strictSame(all.detected, { k: 0, n: 0, interval: null })
  t.strictSame(all.falseAlarms, { k: 0, n: 0, interval: null })
  t.match(all.timeToDetect, { n: 0, medianMs: null, p95Ms: null })
})

t.test('a layer has seen a scenario when it saw every decided trial of it', async (t) => {
  const record = judged(['detected', 'detected', 'inconclusive'])
  const trials = record.trials.map((trial, index) => ({
    ...trial,
    layers: index === 0 ? (['flow', 'packet'] as const) : (['flow'] as const),
  }))
  const all = figures({
    ...record,
    trials: trials.map((trial) => ({ ...trial, layers: [...trial.layers], verdict: 'detected' as const })),
  })
  const layer = (name: string) => all.layers.find((each) => each.layer === name)
  t.match(layer('flow'), { monitored: true, seen: { k: 1, n: 1 } })
  t.match(layer('packet'), { monitored: true, seen: { k: 0, n: 1 } })
  t.match(layer('process'), { monitored: false })
  t.match(all.scenarios[0]?.layers[1], { layer: 'packet', expected: true, seen: 1, of: 3 })
})

const times = (list: (number | null)[]) =>
  list.map((latencyMs) => ({ latencyMs, verdict: latencyMs === null ? ('missed' as const) : ('detected' as const) }))

t.test('time to detect keeps the misses as later than the window', async (t) => {
  t.match(timeToDetect(times([10, 20, 30]), 1000), {
    n: 3,
    censored: 0,
    medianMs: 20,
    p95Ms: null,
    minMs: 10,
    maxMs: 30,
  })
  t.match(timeToDetect(times([10, 20, null, null]), 1000), { n: 4, censored: 2, medianMs: 20 }, 'half of them alerted')
  t.match(timeToDetect(times([10, null, null]), 1000), { medianMs: null, minMs: 10, maxMs: 10 }, 'most did not')
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
  t.match(timeToDetect(times(hundred), 1000), { medianMs: 50, p95Ms: 95 })
  t.match(timeToDetect(times(hundred.map((ms) => (ms > 94 ? null : ms))), 1000), { medianMs: 50, p95Ms: null })
  t.match(timeToDetect([{ latencyMs: 2000, verdict: 'partial' }], 1000), { censored: 1, medianMs: null }, 'too late')
  t.match(timeToDetect([{ latencyMs: 2000, verdict: 'detected' }], 1000), { censored: 0 }, 'its own longer limit')
  t.match(timeToDetect(times([-3, 5]), 1000), { negative: 1 })
})

t.test('scenarios that ask only for telemetry are not in the time to detect', async (t) => {
  const { sid: _, ...quiet } = one
  t.equal(figures(sampleRecord({ scenarios: [{ ...quiet, verdict: 'logged' }] })).timeToDetect.n, 0)
})

t.test('a scenario is flaky when a case of it was detected in some of the decided trials and not in all', async (t) => {
  const cases: [RecordedTrial['verdict'][], boolean, number, number][] = [
    [['detected', 'detected', 'detected'], false, 3, 3],
    [['missed', 'missed'], false, 0, 2],
    [['detected', 'missed', 'detected'], true, 2, 3],
    [['detected', 'partial'], true, 1, 2],
    [['detected', 'inconclusive', 'not-applicable'], false, 1, 1],
    [['inconclusive'], false, 0, 0],
    [['detected'], false, 1, 1],
  ]
  for (const [verdicts, flaky, k, n] of cases) {
    const [one] = figures(judged(verdicts)).scenarios
    t.equal(one?.isFlaky, flaky, verdicts.join(' '))
    t.match(one?.detected, { k, n })
  }
})

t.test('cases of a matrix that differ from each other are no flaky scenario', async (t) => {
  const record = judged(['detected', 'missed', 'detected', 'missed'])
  record.trials.forEach((trial, index) => {
    if (trial.kind === 'stimulus') trial.case = index % 2 === 0 ? 'port=22' : 'port=80'
  })
  t.equal(figures(record).scenarios[0]?.isFlaky, false)
})

t.test('each scenario has its own time to detect, its misses counted as longer than the window', async (t) => {
  const record = judged(['detected', 'missed', 'missed'])
  for (const trial of record.trials) if (trial.verdict === 'missed') trial.latencyMs = null
  const [one] = figures(record).scenarios
  t.match(one?.timeToDetect, { n: 3, censored: 2, medianMs: null, p95Ms: null })
})

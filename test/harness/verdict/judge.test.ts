import fc from 'fast-check'
import t from 'tap'
import type { Join, JoinOutcome } from '../../../harness/correlation/join.ts'
import type { Layer, Observation } from '../../../harness/monitors/observation.ts'
import type { Expectation } from '../../../harness/scenario/schema.ts'
import type { AttributedObservation } from '../../../harness/verdict/expected-alert.ts'
import { type JudgeInput, type Judgement, judge } from '../../../harness/verdict/judge.ts'
import { controlVerdicts, type Strength, stimulusVerdicts, strengths } from '../../../harness/verdict/verdict.ts'

const start = 1_790_000_000_000

const finAlert: Expectation = {
  alert: [{ layer: 'stream', rules: { suricata: ['2210035'] }, fields: {} }],
  telemetry: ['flow', 'packet'],
}
const noAlert: Expectation = { alert: [], telemetry: ['flow', 'packet'] }

function alert(
  id: string,
  {
    after = 6.6,
    strength = 'flow',
    raw = {},
  }: { after?: number; strength?: Strength; raw?: Record<string, unknown> } = {},
): AttributedObservation {
  return seen('stream', strength, after, {
    kind: 'alert',
    event: 'alert',
    rule: { product: 'suricata', id, name: `rule ${id}` },
    raw,
  })
}

function seen(
  layer: Layer,
  strength: Strength = 'flow',
  after = 5,
  more: Partial<Observation> = {},
): AttributedObservation {
  const observation: Observation = {
    monitor: 'eve',
    kind: 'telemetry',
    layer,
    event: layer,
    at: start + after,
    receivedAt: start + after,
    source: {},
    destination: {},
    raw: {},
    ...more,
  }
  return { observation, strength }
}

function input(parts: Partial<JudgeInput> & { kind?: 'stimulus' | 'control'; expect?: Expectation } = {}): JudgeInput {
  const { kind = 'stimulus', expect = finAlert, ...rest } = parts
  return {
    trial: { kind, expect },
    proof: { frames: 2, found: 2, firstAt: start, lastAt: start + 1 },
    observations: [],
    stack: { alive: true, reason: null, alertWatermark: start + 50, watchedUntil: start + 100, clockOffsetMs: 0 },
    windowMs: 10_000,
    monitors: [{ name: 'eve', layers: ['flow', 'packet', 'stream'] }],
    ...rest,
  }
}

const join = (outcome: JoinOutcome): Join => ({
  network: 'eve',
  process: 'audit',
  outcome,
  keys: [],
  missing: [],
  differing: [],
  candidates: [],
  apartMs: null,
  reason: 'Because of it.',
})

const dead: JudgeInput['stack'] = {
  alive: false,
  reason: 'the sensor stopped',
  alertWatermark: null,
  watchedUntil: start + 100,
  clockOffsetMs: 0,
}
const unproven = { frames: 2, found: 1, firstAt: start, lastAt: start }
const withUser = (value: unknown): Expectation => ({
  alert: [{ layer: 'stream', rules: { suricata: ['2210035'] }, fields: { 'http.user': value } }],
  telemetry: [],
})
const anyRule: Expectation = { alert: [{ layer: 'packet', rules: {}, fields: {} }], telemetry: [] }

const table: [string, Partial<Parameters<typeof input>[0]>, Partial<Judgement>][] = [
  [
    'the expected alert',
    { observations: [seen('flow'), alert('2210035')] },
    {
      verdict: 'detected',
      met: true,
      matchedBy: 'flow',
      layers: ['flow', 'stream'],
      reason: 'eve raised rule 2210035 "rule 2210035" 6.6 ms after the first frame, as expected.',
      alerts: [{ monitor: 'eve', rule: '2210035', name: 'rule 2210035', at: new Date(start + 6.6).toISOString() }],
    },
  ],
  [
    'the expected alert, and its process is told by the records of the connection',
    { observations: [alert('2210035')], joins: [join('joined')] },
    { verdict: 'detected', met: true },
  ],
  [
    'the expected alert, but the records of the connection lead to no process',
    { observations: [alert('2210035')], joins: [join('impossible')] },
    {
      verdict: 'partial',
      met: false,
      reason:
        'eve raised rule 2210035 "rule 2210035" 6.6 ms after the first frame, as expected, but what eve recorded of the connection does not lead to its process in audit: because of it.',
    },
  ],
  [
    'the expected alert, but a wrong process',
    { observations: [alert('2210035')], joins: [join('mistaken')] },
    { verdict: 'partial', met: false },
  ],
  [
    'the expected alert, but whether its process can be told is open',
    { observations: [alert('2210035')], joins: [join('inconclusive')] },
    { verdict: 'inconclusive', met: null },
  ],
  [
    'no alert: a join changes nothing',
    { observations: [seen('flow')], joins: [join('joined')] },
    { verdict: 'logged', met: false },
  ],
  [
    'the first of several expected alerts gives the time',
    { observations: [alert('2210035', { after: 9 }), alert('2210035', { after: 4 })] },
    { verdict: 'detected', latencyMs: 4 },
  ],
  [
    'the expected alert among others stands in front of them',
    { observations: [alert('1'), alert('2210035', { after: 9 }), alert('2')] },
    {
      verdict: 'detected',
      latencyMs: 9,
      alerts: ['2210035', '1', '2'].map((rule) => ({
        monitor: 'eve',
        rule,
        name: `rule ${rule}`,
        at: new Date(start + (rule === '2210035' ? 9 : 6.6)).toISOString(),
      })),
    },
  ],
  [
    'an alert stamped a little before the frame by another clock',
    { observations: [alert('2210035', { after: -3 })] },
    { verdict: 'detected', latencyMs: 0 },
  ],
  [
    'a rule given with x for its last digits',
    {
      expect: { alert: [{ layer: 'stream', rules: { suricata: ['2210xxx'] }, fields: {} }], telemetry: [] },
      observations: [alert('2210035')],
    },
    { verdict: 'detected' },
  ],
  [
    'a rule given by name',
    {
      expect: { alert: [{ layer: 'stream', rules: { suricata: ['rule 9'] }, fields: {} }], telemetry: [] },
      observations: [alert('9')],
    },
    { verdict: 'detected' },
  ],
  ['any rule where none is named', { expect: anyRule, observations: [alert('9')] }, { verdict: 'detected' }],
  [
    'the expected alert, and the stack dead afterwards',
    { stack: dead, observations: [alert('2210035')] },
    { verdict: 'detected' },
  ],
  [
    'a required field with the right value',
    { expect: withUser('root'), observations: [alert('2210035', { raw: { http: { user: 'root' } } })] },
    { verdict: 'detected' },
  ],
  [
    'another rule',
    { observations: [alert('2260002')] },
    {
      verdict: 'partial',
      met: false,
      matchedBy: 'flow',
      latencyMs: null,
      reason: 'eve raised rule 2260002 "rule 2260002", but that is not the rule that was expected.',
    },
  ],
  [
    'the right number of another product',
    {
      expect: { alert: [{ layer: 'stream', rules: { zeek: ['2210035'] }, fields: {} }], telemetry: [] },
      observations: [alert('2210035')],
    },
    { verdict: 'partial' },
  ],
  [
    'an alert where no rule is known',
    { expect: noAlert, observations: [alert('2260002')] },
    { verdict: 'partial', met: true },
  ],
  [
    'a late alert',
    {
      observations: [alert('2210035', { after: 11_000 })],
      stack: { ...dead, alive: true, watchedUntil: start + 12_000 },
    },
    {
      verdict: 'partial',
      met: false,
      latencyMs: 11_000,
      reason: 'eve raised rule 2210035 "rule 2210035", but 11 s after the first frame; 10 s are allowed.',
    },
  ],
  [
    'an alert later than the scenario allows',
    {
      expect: { alert: [{ layer: 'stream', rules: {}, fields: {}, within: 5 }], telemetry: [] },
      observations: [alert('1')],
    },
    { verdict: 'partial' },
  ],
  [
    'a required field missing',
    { expect: withUser('root'), observations: [alert('2210035')] },
    {
      verdict: 'partial',
      met: false,
      reason: 'eve raised rule 2210035 "rule 2210035" as expected, but without the required http.user.',
    },
  ],
  [
    'an alert that only time ties to the trial',
    { observations: [alert('2210035', { strength: 'time' })] },
    { verdict: 'partial', met: false, matchedBy: 'time' },
  ],
  [
    'another rule, by time alone',
    { observations: [alert('7', { strength: 'time' })] },
    { verdict: 'missed', alerts: [] },
  ],
  [
    'records only',
    { observations: [seen('packet'), seen('flow', 'mac')] },
    {
      verdict: 'logged',
      met: false,
      layers: ['flow', 'packet'],
      matchedBy: 'flow',
      reason: 'No alert, but records of it on the flow and packet layer.',
    },
  ],
  [
    'records where no more is asked',
    { expect: noAlert, observations: [seen('packet'), seen('flow')] },
    { verdict: 'logged', met: true },
  ],
  [
    'records on one of two layers asked for',
    { expect: noAlert, observations: [seen('packet')] },
    {
      verdict: 'logged',
      met: false,
      reason: 'No alert, but records of it on the packet layer; nothing on the flow layer.',
    },
  ],
  [
    'records on the only layer that is watched',
    { expect: noAlert, observations: [seen('packet')], monitors: [{ name: 'eve', layers: ['packet'] }] },
    { verdict: 'logged', met: true },
  ],
  [
    'records that only time ties to the trial',
    { observations: [seen('flow', 'time')] },
    { verdict: 'missed', layers: [] },
  ],
  [
    'records of an earlier trial with the same addresses',
    { observations: [seen('flow', 'flow', 5, { startedAt: start - 60_000 })] },
    { verdict: 'missed' },
  ],
  [
    'an alert that was read before the trial',
    { observations: [alert('2210035', { after: -5000 })] },
    { verdict: 'missed' },
  ],
  ['nothing', {}, { verdict: 'missed', met: false, latencyMs: null, matchedBy: null, alerts: [] }],
  [
    'nothing, the window over',
    { stack: { ...dead, alive: true, watchedUntil: start + 10_000 } },
    { verdict: 'missed' },
  ],
  [
    'nothing yet',
    { stack: { ...dead, alive: true } },
    {
      verdict: 'inconclusive',
      met: null,
      reason: 'The stack was read for only 100 ms of the 10 s that an alert may take.',
    },
  ],
  [
    'nothing, no frame proven',
    { proof: { frames: 2, found: 0, firstAt: null, lastAt: null }, failure: 'the actor died' },
    { verdict: 'inconclusive', reason: 'The witness saw only 0 of 2 frames on the wire: the actor died.' },
  ],
  [
    'an alert without proof',
    { proof: unproven, observations: [alert('2210035')] },
    { verdict: 'inconclusive', latencyMs: null, matchedBy: null },
  ],
  ['no frames at all', { proof: { frames: 0, found: 0, firstAt: null, lastAt: null } }, { verdict: 'inconclusive' }],
  [
    'nothing, the stack dead',
    { stack: dead },
    { verdict: 'inconclusive', reason: 'The stack may not have been listening: the sensor stopped.' },
  ],
  ['records only, the stack dead', { stack: dead, observations: [seen('flow')] }, { verdict: 'inconclusive' }],
  ['another rule, the stack dead', { stack: dead, observations: [alert('1')] }, { verdict: 'inconclusive' }],
  [
    'no monitor of the layer',
    { monitors: [{ name: 'p', layers: ['process'] }] },
    { verdict: 'not-applicable', met: null },
  ],
  ['no monitor', { monitors: [] }, { verdict: 'not-applicable', reason: 'No monitor is declared.' }],
  [
    'a quiet control',
    { kind: 'control', observations: [seen('flow')] },
    { verdict: 'quiet', met: true, matchedBy: null },
  ],
  [
    'a control that alerts',
    { kind: 'control', observations: [alert('2260002'), alert('1')] },
    {
      verdict: 'false-alarm',
      met: false,
      reason: 'eve raised rule 2260002 "rule 2260002" on harmless traffic, and 1 more.',
    },
  ],
  [
    'a control that alerts with the stack dead',
    { kind: 'control', stack: dead, observations: [alert('1')] },
    { verdict: 'false-alarm' },
  ],
  [
    'a control with an alert by time alone',
    { kind: 'control', observations: [alert('1', { strength: 'time' })] },
    { verdict: 'quiet', alerts: [] },
  ],
  ['a control without proof', { kind: 'control', proof: unproven }, { verdict: 'inconclusive', met: null }],
  ['a control with the stack dead', { kind: 'control', stack: dead }, { verdict: 'inconclusive' }],
  [
    'a control without a monitor of the layer',
    { kind: 'control', monitors: [{ name: 'p', layers: ['process'] }] },
    { verdict: 'not-applicable' },
  ],
]

t.test('each case of the verdict table', async (t) => {
  for (const [what, parts, expected] of table) t.match(judge(input(parts)), expected, what)
})

t.test('hostile rule names do not break the sentence', async (t) => {
  const hostile = alert('1')
  hostile.observation.rule = { product: 'suricata', id: '1', name: `a\n\u202e\u001b[31m${'x'.repeat(999)}` }
  const { reason } = judge(input({ observations: [hostile] }))
  t.notMatch(reason, /[\p{Cc}\p{Cf}]/u)
  t.ok(reason.length < 400)
})

const time = fc.integer({ min: -20_000, max: 20_000 }).map((after) => start + after)
const layer = fc.constantFrom<Layer>('flow', 'packet', 'stream', 'process', 'process-network')
const observation = fc.record({
  strength: fc.constantFrom(...strengths),
  observation: fc.record({
    monitor: fc.constant('eve'),
    kind: fc.constantFrom('alert' as const, 'telemetry' as const),
    layer,
    event: fc.string(),
    at: time,
    receivedAt: time,
    rule: fc.record({ product: fc.constantFrom('suricata', 'zeek'), id: fc.constantFrom('1', '2'), name: fc.string() }),
    source: fc.constant({}),
    destination: fc.constant({}),
    raw: fc.dictionary(fc.string(), fc.jsonValue()),
  }),
})
const anyInput: fc.Arbitrary<JudgeInput> = fc.record({
  trial: fc.record({
    kind: fc.constantFrom('stimulus' as const, 'control' as const),
    expect: fc.record({
      alert: fc.array(
        fc.record({
          layer,
          rules: fc.constantFrom<Record<string, string[]>>({}, { suricata: ['1'] }, { zeek: ['2'] }),
          fields: fc.constantFrom<Record<string, unknown>>({}, { a: 1 }, { 'a.b': { matches: '(' } }),
        }),
        { maxLength: 2 },
      ),
      telemetry: fc.array(layer, { maxLength: 2 }),
    }),
  }),
  proof: fc.record({
    frames: fc.integer({ min: 0, max: 2 }),
    found: fc.integer({ min: 0, max: 2 }),
    firstAt: fc.constantFrom(null, start),
    lastAt: fc.constantFrom(null, start + 1),
  }),
  observations: fc.array(observation, { maxLength: 4 }),
  stack: fc.record({
    alive: fc.boolean(),
    reason: fc.constantFrom(null, 'why'),
    alertWatermark: fc.option(time),
    watchedUntil: time,
    clockOffsetMs: fc.option(fc.integer({ min: -5000, max: 5000 })),
  }),
  windowMs: fc.integer({ min: 1, max: 20_000 }),
  monitors: fc.array(fc.record({ name: fc.string(), layers: fc.array(layer) }), { maxLength: 2 }),
})

t.test('every input gives exactly one verdict, and none is a success without its evidence', async (t) => {
  fc.assert(
    fc.property(anyInput, (given) => {
      const { verdict, met, latencyMs, matchedBy, reason, alerts } = judge(given)
      const { proof, stack, trial, monitors } = given
      const isProven =
        proof.frames > 0 && proof.found >= proof.frames && proof.firstAt !== null && proof.lastAt !== null
      const hasAlert = given.observations.some((each) => each.observation.kind === 'alert' && each.strength !== 'time')
      const known: readonly string[] = trial.kind === 'control' ? controlVerdicts : stimulusVerdicts
      if (!known.includes(verdict) || !/^[^\n]+\.$/.test(reason)) return false
      if (latencyMs !== null && latencyMs < 0) return false
      const isUndecided = verdict === 'inconclusive' || verdict === 'not-applicable'
      if (isUndecided !== (met === null)) return false
      if (!isUndecided && !isProven) return false
      if (verdict === 'detected') return hasAlert && matchedBy !== 'time' && met === true && latencyMs !== null
      if (verdict === 'false-alarm') return hasAlert && met === false && alerts.length > 0
      if (isUndecided) return true
      if (met === true && verdict === 'logged' && !given.observations.some(({ strength }) => strength !== 'time'))
        return false
      return stack.alive && monitors.length > 0 && verdict !== 'missed' ? true : stack.alive && met === false
    }),
    { numRuns: 1000 },
  )
  t.pass()
})

t.test('of a process it is said that it ran, not that frames were on the wire', async (t) => {
  const proof = { subject: 'process' as const, frames: 1, found: 1, firstAt: start, lastAt: start + 1 }
  const expect: Expectation = {
    alert: [{ layer: 'process', rules: { sigma: ['x'] }, fields: {} }],
    telemetry: ['process'],
  }
  const monitors = [{ name: 'audit', product: 'sigma', layers: ['process', 'process-network'] as const }]
  const rule = { product: 'sigma', id: 'x', name: 'rule x' }
  const raised = seen('process', 'process', 20, { kind: 'alert', rule, monitor: 'audit' })
  const of = (parts: Parameters<typeof input>[0]) => judge(input({ proof, expect, monitors, ...parts }))
  t.match(of({ observations: [raised] }), {
    verdict: 'detected',
    matchedBy: 'process',
    reason: 'audit raised rule x "rule x" 20 ms after its start, as expected.',
  })
  t.match(of({}), { verdict: 'missed', reason: /^The process ran as the witness saw and the stack was listening/ })
  t.match(of({ kind: 'control' }), { verdict: 'quiet', reason: /^The harmless process ran/ })
  t.match(of({ kind: 'control', observations: [raised] }), {
    verdict: 'false-alarm',
    reason: /on a harmless process\.$/,
  })
  t.match(of({ proof: { ...proof, found: 0, firstAt: null, lastAt: null }, failure: 'it did not start' }), {
    verdict: 'inconclusive',
    reason: 'The witness did not see the process: it did not start.',
  })
  t.match(of({ monitors: [{ name: 'eve', layers: ['flow'] }] }), { verdict: 'not-applicable' })
})
t.test(
  "a rule of Tocsin's own decides only where no expected one of the product's own came, and the reason says so",
  async (t) => {
    const ours = (after: number) =>
      seen('packet', 'flow', after, {
        kind: 'alert',
        event: 'alert',
        rule: { product: 'tocsin', id: '1000001', name: 'TOCSIN x' },
      })
    const expect: Expectation = {
      alert: [{ layer: 'stream', rules: { suricata: ['2210035'], tocsin: ['1000001'] }, fields: {} }],
      telemetry: ['flow'],
    }
    const alone = judge(input({ expect, observations: [ours(2)] }))
    t.match(alone, { verdict: 'detected', alerts: [{ product: 'tocsin', rule: '1000001' }] })
    t.match(alone.reason, /eve raised Tocsin's own rule 1000001 "TOCSIN x"/)
    for (const observations of [
      [ours(2), alert('2210035', { after: 9 })],
      [alert('2210035', { after: 9 }), ours(2)],
    ]) {
      const both = judge(input({ expect, observations }))
      t.match(both, { verdict: 'detected', latencyMs: 9, alerts: [{ product: 'suricata' }, { product: 'tocsin' }] })
      t.match(both.reason, /^eve raised rule 2210035/)
    }
    const named = { ...expect, alert: [{ layer: 'stream' as const, rules: { suricata: ['1000001'] }, fields: {} }] }
    t.equal(judge(input({ expect: named, observations: [ours(2)] })).verdict, 'partial', 'a number is not enough')
  },
)

t.test('a known blind spot is known whatever else listens on other layers', async (t) => {
  const monitors = [
    { name: 'eve', product: 'suricata', layers: ['flow', 'packet'] as const },
    { name: 'audit', product: 'auditd', layers: ['process'] as const },
  ]
  const expect = { alert: [], telemetry: ['packet' as const], blind: { suricata: 'it only counts ARP' } }
  t.match(judge({ ...input(), trial: { kind: 'stimulus', expect }, monitors }), { verdict: 'missed', met: true })
})

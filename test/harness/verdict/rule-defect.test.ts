import t from 'tap'
import type { AttributedObservation } from '../../../harness/verdict/expected-alert.ts'
import { type JudgeInput, judge } from '../../../harness/verdict/judge.ts'
import type { Strength } from '../../../harness/verdict/verdict.ts'

const start = 1_790_000_000_000
const knownDefects = {
  suricata: { '2260002': 'it sees one direction only.' },
  zeek: { bad_greeting: 'it wants another' },
}

function alert(product: string, id: string, strength: Strength = 'flow', after = 5): AttributedObservation {
  const at = start + after
  return {
    strength,
    observation: {
      monitor: 'eve',
      kind: 'alert',
      layer: 'packet',
      event: 'alert',
      rule: { product, id, name: `rule ${id}` },
      at,
      receivedAt: at,
      source: {},
      destination: {},
      raw: {},
    },
  }
}

function input(observations: AttributedObservation[], more: Partial<JudgeInput> = {}): JudgeInput {
  return {
    trial: { kind: 'control', expect: { alert: [], telemetry: [] }, knownDefects },
    proof: { frames: 2, found: 2, firstAt: start, lastAt: start + 1 },
    observations,
    stack: { alive: true, reason: null, alertWatermark: start + 50, watchedUntil: start + 100, clockOffsetMs: 0 },
    windowMs: 10_000,
    monitors: [{ name: 'eve', product: 'suricata', layers: ['packet'] }],
    ...more,
  }
}

const dead = { alive: false, reason: 'the sensor stopped', alertWatermark: null, watchedUntil: start, clockOffsetMs: 0 }

const table: [what: string, given: JudgeInput, expected: Record<string, unknown>][] = [
  [
    'no alert, on a stack that has not the defect',
    input([]),
    {
      verdict: 'quiet',
      met: true,
      reason: 'All 2 legal frames were on the wire, the stack was listening, and no alert came.',
    },
  ],
  [
    'the known defect of the product',
    input([alert('suricata', '2260002')]),
    {
      verdict: 'rule-defect',
      met: true,
      matchedBy: 'flow',
      latencyMs: null,
      reason:
        'eve raised rule 2260002 "rule 2260002" on legal traffic. That is a known defect of the rule: it sees one direction only.',
    },
  ],
  [
    'a rule that nobody named',
    input([alert('suricata', '1')]),
    {
      verdict: 'rule-defect',
      met: false,
      reason:
        'eve raised rule 1 "rule 1" on legal traffic. The scenario does not name this as a known defect of the rule.',
    },
  ],
  [
    'the same number in a product that it is not known of',
    input([alert('zeek', '2260002')]),
    { verdict: 'rule-defect', met: false },
  ],
  [
    'a known one before one that nobody named: that one decides',
    input([alert('suricata', '2260002'), alert('suricata', '1', 'marker', 9)]),
    { verdict: 'rule-defect', met: false, matchedBy: 'marker', alerts: [{ rule: '1' }, { rule: '2260002' }] },
  ],
  ['an alert by time alone', input([alert('suricata', '1', 'time')]), { verdict: 'quiet', met: true, alerts: [] }],
  [
    'no proof',
    input([alert('suricata', '1')], { proof: { frames: 2, found: 1, firstAt: start, lastAt: start } }),
    { verdict: 'inconclusive', met: null },
  ],
  ['a dead stack', input([], { stack: dead }), { verdict: 'inconclusive', met: null }],
  ['no monitor', input([], { monitors: [] }), { verdict: 'not-applicable', met: null }],
]

t.test(
  'legal traffic is quiet, or shows a defect of a rule, which is met only where the scenario names it',
  async (t) => {
    for (const [what, given, expected] of table) t.match(judge(given), expected, what)
  },
)

const ofAnomaly = { expect: { alert: [], telemetry: ['packet' as const] }, knownDefects }

t.test('on the twin of an anomaly a rule that is named is a defect, and any other alert a false alarm', async (t) => {
  const judged = (...rules: string[]) => {
    const alerts = rules.map((rule) => alert('suricata', rule))
    return judge(input(alerts, { trial: { kind: 'control', ...ofAnomaly } }))
  }
  t.match(judged('2260002'), { verdict: 'rule-defect', met: true })
  t.match(judged('2260002', '2200024'), { verdict: 'false-alarm', met: false })
})

t.test(
  'a rule that alerts on the twin as well says nothing of the anomaly, unless it is asked for by name',
  async (t) => {
    const judged = (expect: JudgeInput['trial']['expect']) =>
      judge(input([alert('suricata', '2260002')], { trial: { kind: 'stimulus', ...ofAnomaly, expect } }))
    t.match(judged(ofAnomaly.expect), {
      verdict: 'logged',
      met: true,
      reason: /^No alert but of a rule that alerts on the benign twin/,
    })
    const any = { layer: 'packet' as const, rules: {}, fields: {} }
    t.match(judged({ alert: [any], telemetry: ['packet'] }), { verdict: 'logged', met: false })
    const named = { ...any, rules: { suricata: ['2260002'] } }
    t.match(judged({ alert: [named], telemetry: ['packet'] }), { verdict: 'detected', met: true })
  },
)

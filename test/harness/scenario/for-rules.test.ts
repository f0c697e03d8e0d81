import t from 'tap'
import { expectationFor, forRules } from '../../../harness/scenario/for-rules.ts'
import type { Expectation } from '../../../harness/scenario/schema.ts'
import { loadLibrary } from '../../../harness/scenario/load.ts'
import { changed, generators } from './fixture.ts'

type Rules = Expectation['alert'][number]['rules']

const expectation = (...rules: Rules[]): Expectation => ({
  alert: rules.map((each) => ({ layer: 'packet', rules: each, fields: {} })),
  telemetry: ['flow'],
})
const ours: Rules = { tocsin: ['1000001'] }
const shipped: Rules = { suricata: ['2210063'] }
const both: Rules = { ...shipped, ...ours }
const any: Rules = {}

/** What a scenario names, and what is left of it by whose rules the stack works with. */
const cases: [named: Rules[], withOurs: Rules[], shipped: Rules[], theirs: Rules[]][] = [
  [[ours], [ours], [], [any]],
  [[both], [both], [shipped], [shipped]],
  [[shipped], [shipped], [shipped], [shipped]],
  [[shipped, ours], [shipped, ours], [shipped], [shipped]],
  [[ours, ours], [ours, ours], [], [any, any]],
  [[any], [any], [any], [any]],
  [[], [], [], []],
]

for (const [named, withOurs, alone, theirs] of cases) {
  t.test(`expected of ${JSON.stringify(named)}, by the rules that a stack has`, async (t) => {
    t.strictSame(expectationFor(expectation(...named), 'with-ours'), expectation(...withOurs))
    t.strictSame(expectationFor(expectation(...named), 'shipped'), expectation(...alone))
    t.strictSame(expectationFor(expectation(...named), 'theirs'), expectation(...theirs))
  })
}

t.test('a scenario is changed in all its cases, and only in what it expects', async (t) => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of scenarios
  const text = changed(['suricata: [2210037]', 'tocsin: [1000001]'], ['port: 22', "port: '${matrix.port}'"])
  const folder = t.testdir({ extraneous: { 'stray-fin.yaml': `${text}matrix: { port: [1, 2] }\n` } })
  const [scenario] = loadLibrary(folder, generators)
  if (scenario === undefined) throw new Error('the library is empty')
  const before = JSON.stringify(scenario)
  const without = forRules(scenario, 'shipped')
  t.strictSame(
    without.cases.map(({ expect }) => expect.alert),
    [[], []],
  )
  t.strictSame(without.expect?.telemetry, ['flow'])
  t.strictSame({ ...without, expect: scenario.expect, cases: scenario.cases }, scenario)
  t.equal(JSON.stringify(scenario), before, 'the scenario itself is as it was')
  t.equal(forRules(scenario, 'with-ours'), scenario)
})

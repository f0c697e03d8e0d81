import t from 'tap'
import { readSigma } from '../../../harness/sigma/documents.ts'

const refused: [name: string, text: string, reason: RegExp][] = [
  ['no YAML', 'title: [', /^not valid YAML: line \d+: /],
  ['an alias', 'a: &x 1\nb: *x', /YAML aliases are not allowed/],
  ['a list', '- 1', /is no Sigma rule/],
  ['no title', 'logsource: { product: linux }\ndetection: { a: { b: 1 }, condition: a }', /title: /],
  ['no log source', 'title: x\ndetection: { a: { b: 1 }, condition: a }', /logsource: /],
  [
    'an empty log source',
    'title: x\nlogsource: {}\ndetection: { a: { b: 1 }, condition: a }',
    /logsource: names no category/,
  ],
  ['no condition', 'title: x\nlogsource: { product: linux }\ndetection: { a: { b: 1 } }', /detection.condition: /],
  ['no search', 'title: x\nlogsource: { product: linux }\ndetection: { condition: a }', /detection: has no search/],
  [
    'a level that is none',
    'title: x\nlevel: severe\nlogsource: { product: linux }\ndetection: { a: { b: 1 }, condition: a }',
    /level: /,
  ],
  [
    'a search that asks nothing',
    'title: x\nlogsource: { product: linux }\ndetection: { a: {}, condition: a }',
    /^a: an empty selection/,
  ],
  ['a collection of Sigma 1', 'action: global\ntitle: x', /collections with "action"/],
  ['a filter', 'title: x\nfilter: { rules: any }', /Sigma filters are not supported/],
  [
    'an unknown correlation',
    'title: x\ncorrelation: { type: value_sum, rules: [a], timespan: 1m }',
    /correlation.type: /,
  ],
  [
    'a correlation without condition',
    'title: x\ncorrelation: { type: event_count, rules: [a], timespan: 1m }',
    /event_count needs a condition/,
  ],
  [
    'a value count without field',
    'title: x\ncorrelation: { type: value_count, rules: [a], timespan: 1m, condition: { gte: 2 } }',
    /value_count needs the field/,
  ],
  [
    'a timespan without unit',
    'title: x\ncorrelation: { type: temporal, rules: [a], timespan: 90 }',
    /correlation.timespan: /,
  ],
  [
    'a count that cannot be',
    'title: x\ncorrelation: { type: event_count, rules: [a], timespan: 1m, condition: { gt: 5, lt: 5 } }',
    /no count can fit it/,
  ],
]

for (const [name, text, reason] of refused) {
  t.test(`${name} is told, not passed over`, async (t) => {
    const { rules, correlations, rejected } = readSigma([{ file: 'a.yml', text }])
    t.same([...rules, ...correlations], [])
    t.equal(rejected.length, 1)
    t.match(rejected[0], { file: 'a.yml', reason })
  })
}

t.test('a bad document does not hide the good ones of its file', async (t) => {
  const good = 'title: x\nid: one\nlogsource: { product: linux }\ndetection: { a: { b: 1 }, condition: a }'
  const { rules, rejected } = readSigma([
    { file: 'a.yml', text: `${good}\n---\ntitle: y\n` },
    { file: 'b.yml', text: good },
  ])
  t.same(
    rules.map(({ id, file, level }) => [id, file, level]),
    [
      ['one', 'a.yml#1', 'medium'],
      ['one', 'b.yml', 'medium'],
    ],
  )
  t.same(
    rejected.map(({ file, title }) => [file, title]),
    [['a.yml#2', 'y']],
  )
})

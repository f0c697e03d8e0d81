// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are what is tested
import t, { type Test } from 'tap'
import { InputError } from '../../../harness/errors.ts'
import { describe } from '../../../harness/scenario/describe.ts'
import { loadLibrary } from '../../../harness/scenario/load.ts'
import { cells, substitute } from '../../../harness/scenario/matrix.ts'
import type { LoadedScenario } from '../../../harness/scenario/schema.ts'
import { changed, generators } from './fixture.ts'

function load(t: Test, text: string): LoadedScenario {
  const [scenario] = loadLibrary(t.testdir({ extraneous: { 'stray-fin.yaml': text } }), generators)
  if (scenario === undefined) throw new Error('nothing was loaded')
  return scenario
}

function refused(t: Test, text: string): string[] {
  const folder = t.testdir({ extraneous: { 'stray-fin.yaml': text } })
  try {
    loadLibrary(folder, generators)
  } catch (error) {
    if (error instanceof InputError)
      return error.message.replaceAll(`${folder}/extraneous/stray-fin.yaml`, '').split('\n')
    throw error
  }
  return ['no error']
}

const withMatrix = (matrix: string, ...more: [string, string][]) =>
  `${changed(['port: 22', 'port: ${matrix.port}'], ...more)}matrix: ${matrix}\n`

t.test('every combination is a case, labelled in the order of the file', async (t) => {
  const scenario = load(
    t,
    withMatrix(
      '{ port: [22, 80], urgent: [true, false] }',
      ['text: odd', 'text: "to ${matrix.port}, ${matrix.urgent}"'],
      ['    parts: [{ kind: zeros', '    urgent: ${matrix.urgent}\n    parts: [{ kind: zeros'],
    ),
  )
  t.same(
    scenario.cases.map((each) => each.label),
    ['port=22,urgent=true', 'port=22,urgent=false', 'port=80,urgent=true', 'port=80,urgent=false'],
  )
  t.same(scenario.cases[2]?.stimulus?.with, { port: 80, parts: [{ kind: 'text', text: 'to 80, true' }] })
  t.equal(scenario.cases[3]?.control.with.urgent, false)
  t.same(
    describe(scenario).cases,
    scenario.cases.map((each) => each.label),
  )
})

t.test('rules and fields of the expectation take the values, fields with their type', async (t) => {
  const scenario = load(
    t,
    withMatrix(
      '{ port: [22, 80], rule: [2210037, 2210041] }',
      ['[2210037]', '[2200000, "${matrix.rule}"]'],
      ['within: 5s', 'within: 5s\n      fields: { dest_port: "${matrix.port}", note: "port ${matrix.port}" }'],
    ),
  )
  const [alert] = scenario.cases[1]?.expect.alert ?? []
  t.same(alert?.rules, { suricata: ['2200000', '2210041'] })
  t.same(alert?.fields, { dest_port: 22, note: 'port 22' })
  t.same(describe(scenario).rules, { suricata: ['2200000', '2210037', '2210041'] })
})

const table: [what: string, text: string, ...lines: string[]][] = [
  [
    'an unknown name',
    withMatrix('{ port: [22] }', ['text: odd', 'text: "${matrix.prot}"']),
    ':10:33: unknown matrix name "prot"; did you mean "port"?',
  ],
  [
    'a placeholder without a matrix',
    changed(['text: odd', 'text: "${matrix.port}"']),
    ':10:33: unknown matrix name "port"',
  ],
  [
    'a name that is not used',
    withMatrix('{ port: [22], speed: [1] }'),
    ':21:23: matrix name "speed" is not used; write ${matrix.speed} where its value belongs, or remove it',
  ],
  [
    'a placeholder where none may be',
    withMatrix('{ port: [22] }', ['title: FIN', 'title: ${matrix.port} FIN']),
    ':2:8: ${matrix.port} cannot stand here; use it in with, rules and fields',
  ],
  [
    'a placeholder in a key',
    withMatrix('{ port: [22] }', ['rules: { suricata', 'rules: { "${matrix.port}"']),
    ':18:16: ${matrix.port} cannot stand in a key',
  ],
  ['a value that stands twice', withMatrix('{ port: [22, 80, 22] }'), ':21:26: matrix.port[2]: 22 stands twice'],
  ['an empty list', withMatrix('{ port: [] }'), ':21:17: matrix.port: must have at least 1 items, found 0'],
  [
    'a list as a value',
    withMatrix('{ port: [[22]] }'),
    ':21:18: matrix.port[0]: expected text or a number or true or false, found a list',
  ],
  [
    'a name that is none',
    withMatrix('{ port: [22], "a b": [1] }'),
    ':21:23: key "a b" is not allowed: begin with a lower-case letter, then letters, digits, _ and -',
  ],
  [
    'a value that the generator refuses, in the cases where it does',
    withMatrix('{ port: [22, 99999, 0, high] }'),
    ':9:11: stimulus.with.port: expected a number, found "high" (case port=high)',
    ':9:11: stimulus.with.port: must be at least 1, found 0 (case port=0)',
    ':9:11: stimulus.with.port: must be at most 65535, found 99999 (case port=99999)',
  ],
  [
    'one problem in several cases',
    withMatrix('{ port: [22, 80, 443], word: [odd, refuse me] }', ['plain]', '"${matrix.word}"]']),
    ':14:40: control.with: parts[1]: cannot be made into a packet (case port=22,word=refuse me and 2 more)',
  ],
  [
    'more than a thousand cases',
    withMatrix(
      `{ port: [${Array.from({ length: 101 }, (_, index) => index + 1).join()}], n: [1,2,3,4,5,6,7,8,9,10] }`,
      ['text: odd', 'text: "${matrix.n}"'],
    ),
    ':21:1: matrix: 1010 cases, the limit is 1000; split the scenario',
  ],
]

for (const [what, text, ...lines] of table) {
  t.test(`refused: ${what}`, async (t) => t.same(refused(t, text).sort(), lines))
}

t.test('no matrix is one case without a label', async (t) => {
  t.same(cells({}), [{ label: '', values: {} }])
})

t.test('only the names of the matrix are replaced, and names of no matrix never', async (t) => {
  const values = { port: 22, constructor: 'own' }
  t.same(
    substitute(
      [
        '${marker}',
        '${matrix.port}',
        'a${matrix.port}b${matrix.port}',
        '${matrix.toString}',
        { '${matrix.port}': null },
      ],
      values,
    ),
    ['${marker}', 22, 'a22b22', '${matrix.toString}', { '${matrix.port}': null }],
  )
})

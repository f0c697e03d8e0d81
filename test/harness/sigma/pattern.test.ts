import t from 'tap'
import { formOf, many, one, parsePattern, surround } from '../../../harness/sigma/pattern.ts'

const cases: [text: string, pattern: unknown[], form: string][] = [
  ['cmd.exe', ['cmd.exe'], 'equals'],
  ['', [], 'equals'],
  ['*', [many], 'anything'],
  ['**', [many], 'anything'],
  ['*\\cmd.exe', [many, '\\cmd.exe'], 'endswith'],
  ['/tmp/*', ['/tmp/', many], 'startswith'],
  ['*/dev/tcp*', [many, '/dev/tcp', many], 'contains'],
  ['prog?.exe', ['prog', one, '.exe'], 'glob'],
  ['a*b', ['a', many, 'b'], 'glob'],
  ['?', [one], 'glob'],
  ['a\\*b', ['a*b'], 'equals'],
  ['a\\?b', ['a?b'], 'equals'],
  ['a\\b', ['a\\b'], 'equals'],
  ['a\\\\b', ['a\\b'], 'equals'],
  ['a\\\\*', ['a\\', many], 'startswith'],
  ['a\\\\\\*', ['a\\*'], 'equals'],
  ['a\\\\\\b', ['a\\\\b'], 'equals'],
  ['a\\\\\\\\b', ['a\\\\b'], 'equals'],
  ['a\\', ['a\\'], 'equals'],
]

for (const [text, pattern, form] of cases) {
  t.test(`${JSON.stringify(text)} is a pattern of the form ${form}`, async (t) => {
    t.same(parsePattern(text), pattern)
    t.equal(formOf(parsePattern(text)).kind, form)
  })
}

t.test('wildcards that are put around a pattern are not doubled', async (t) => {
  t.same(surround(parsePattern('a'), true, true), [many, 'a', many])
  t.same(surround(parsePattern('*a'), true, false), [many, 'a'])
  t.same(surround(parsePattern('a*'), false, true), ['a', many])
  t.same(surround(parsePattern(''), true, true), [many])
})

import fc from 'fast-check'
import { dump } from 'js-yaml'
import t from 'tap'
import { InputError } from '../../../harness/errors.ts'
import { keyAt, valueAt, written } from '../../../harness/scenario/positions.ts'
import { lineAndColumn } from '../../../harness/scenario/problem.ts'
import { maximumExpansion, parseYaml } from '../../../harness/scenario/yaml.ts'

const read = (text: string) => parseYaml({ file: 'a.yaml', text, digest: '' })

function messageOf(text: string): string {
  try {
    read(text)
  } catch (error) {
    if (error instanceof InputError) return error.message
    throw error
  }
  return 'no error'
}

/** Nine levels of nine aliases: 9^9 values if it were expanded. */
const bomb = Array.from({ length: 9 }, (_, level) =>
  level === 0
    ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
    : `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
).join('\n')

const table: [what: string, text: string, message: string][] = [
  ['a second document', 'a: 1\n---\nb: 2\n', 'a.yaml:3:1: a second document starts here; one file holds one document'],
  ['no document', '# nothing\n', 'a.yaml: is empty'],
  ['a duplicate key', 'a: 1\nb: 2\na: 3\n', 'a.yaml:3:1: duplicate key "a"'],
  ['two duplicate keys', 'a: { b: 1, b: 2 }\na: 3\n', 'a.yaml:1:12: duplicate key "b"\na.yaml:2:1: duplicate key "a"'],
  ['a key that is the same number', '1: a\n0x1: b\n', 'a.yaml:2:1: not valid YAML: duplicated mapping key'],
  ['a custom tag', 'a: !thing 1\n', 'a.yaml:1:4: the tag "!thing" is not allowed; write plain YAML'],
  [
    'a tag of JavaScript',
    'a: !!js/function "x"\n',
    'a.yaml:1:4: the tag "!!js/function" is not allowed; write plain YAML',
  ],
  ['a tag of YAML', 'a: !!binary aGk=\n', 'a.yaml:1:4: the tag "!!binary" is not allowed; write plain YAML'],
  ['a tag on a collection', 'a: !!set { b }\n', 'a.yaml:1:4: the tag "!!set" is not allowed; write plain YAML'],
  ['a cycle', 'a: &a [1, *a]\n', 'a.yaml:1:11: alias "*a" stands inside its own anchor: a cycle'],
  [
    'a cycle through a mapping',
    'a: &a\n  b:\n    c: *a\n',
    'a.yaml:3:8: alias "*a" stands inside its own anchor: a cycle',
  ],
  ['an alias of nothing', 'a: *b\n', 'a.yaml:1:4: alias "*b" has no anchor "&b" before it'],
  ['an alias bomb', bomb, 'a.yaml:5:10: aliases add more than 10000 values to this file; write them out'],
  ['a list as a key', '? [a]\n: b\n', 'a.yaml:1:3: a key must be plain text'],
  ['an alias as a key', 'a: &a b\n*a : c\n', 'a.yaml:2:1: a key must be plain text'],
  ['the key __proto__', 'a:\n  __proto__: { b: 1 }\n', 'a.yaml:2:3: the key "__proto__" is not allowed'],
  ['infinity', 'a: .inf\n', 'a.yaml:1:4: Infinity is not a number that can be used'],
  ['not a number', 'a: [.nan]\n', 'a.yaml:1:5: NaN is not a number that can be used'],
  [
    'a number beyond 2^53',
    'a: 9007199254740993\n',
    'a.yaml:1:4: the number is too large to be kept exactly; write it in quotes',
  ],
  ['an open bracket', 'a: [1\n', 'a.yaml:2:1: not valid YAML: deficient indentation'],
  ['a bad indentation', 'a: 1\n  b: 2\n', 'a.yaml:2:4: not valid YAML: bad indentation of a mapping entry'],
  [
    'a tab as indentation',
    'a:\n\tb: 2\n',
    'a.yaml:2:1: not valid YAML: tab characters must not be used in indentation',
  ],
  ['a hundred levels', `a: ${'['.repeat(200)}`, 'a.yaml:1:103: not valid YAML: nesting exceeded maxDepth (100)'],
  ['a null byte', 'a: \0\n', 'a.yaml:1:4: not valid YAML: null byte is not allowed in input'],
]

for (const [what, text, message] of table) {
  t.test(`refused: ${what}`, async (t) => t.equal(messageOf(text), message))
}

t.test('an alias bomb of the largest file is refused without being expanded', async (t) => {
  const before = process.memoryUsage().heapUsed
  t.match(messageOf(`${bomb}\n#${'x'.repeat(900_000)}`), /aliases add more than/)
  t.ok(process.memoryUsage().heapUsed - before < 100_000_000)
})

t.test('a few aliases are welcome', async (t) => {
  t.same(read('a: &a { b: [1, 2] }\nc: *a\n').value, { a: { b: [1, 2] }, c: { b: [1, 2] } })
  const many = Array(maximumExpansion).fill('*a').join(', ')
  t.equal(messageOf(`a: &a 1\nb: [${many}]\n`), 'no error')
  t.match(messageOf(`a: &a 1\nb: [${many}, *a]\n`), /aliases add more than/)
})

t.test('keys and values have positions', async (t) => {
  const text = 'top:\n  - one: "two"\n    three:\n  - |\n    block\n'
  const { root } = read(text)
  const place = (at: number) => Object.values(lineAndColumn(text, at)).join(':')
  t.equal(place(keyAt(root, ['top'])), '1:1')
  t.equal(place(keyAt(root, ['top', 0, 'one'])), '2:5')
  t.equal(place(valueAt(root, ['top', 0, 'one'])), '2:10')
  t.equal(place(valueAt(root, ['top', 0, 'three'])), '3:5')
  t.equal(place(valueAt(root, ['top', 0, 'absent', 'deeper'])), '2:5')
  t.equal(place(valueAt(root, ['top', 7])), '2:3')
  t.equal(written(['top', 0, 'one']), 'top[0].one')
})

t.test('whatever plain data is written can be read, and every part of it has its position', async () => {
  const key = fc.string({ minLength: 1, maxLength: 8 }).filter((each) => each !== '__proto__')
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('mapping'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    mapping: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  }))
  fc.assert(
    fc.property(value, (data) => {
      const text = dump(data, { noRefs: true })
      const document = read(text)
      if (JSON.stringify(document.value) !== JSON.stringify(data)) return false
      return pathsOf(data).every((path) => {
        const at = valueAt(document.root, path)
        return at >= 0 && at <= text.length && (path.length === 0 || at > 0 || keyAt(document.root, path) === 0)
      })
    }),
    { numRuns: 300 },
  )
})

function pathsOf(data: unknown): PropertyKey[][] {
  if (typeof data !== 'object' || data === null) return [[]]
  const inside = Array.isArray(data) ? [...data.entries()] : Object.entries(data)
  return [[], ...inside.flatMap(([key, value]) => pathsOf(value).map((path) => [key, ...path]))]
}

t.test('no text, however broken, raises anything but an InputError', async () => {
  const pieces = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '&x ',
    '*x',
    '!t ',
    '|',
    '>',
    '"',
    "'",
    '#',
    '%',
    '---',
    '\t',
    '? ',
    '<<',
    '\0',
    '\uFFFF',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      messageOf(parts.join(''))
    }),
    { numRuns: 2000 },
  )
})

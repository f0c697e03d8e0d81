import fc from 'fast-check'
import t from 'tap'
import type { Expression, Predicate } from '../../../harness/sigma/expression.ts'
import { compileMatcher } from '../../../harness/sigma/matcher.ts'
import { many, one, type Pattern } from '../../../harness/sigma/pattern.ts'
import { plainTest } from './plain.ts'

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '\u0130', '\n'), maxLength: 4 })
const field = fc.constantFrom('x', 'y', 'z.z')
const pattern: fc.Arbitrary<Pattern> = fc
  .array(
    fc.oneof(
      letters.filter((text) => text !== ''),
      fc.constantFrom(many, one),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.filter((part, index) => typeof part !== 'string' || typeof parts[index - 1] !== 'string'))
const predicate: fc.Arbitrary<Predicate> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), field: fc.option(field), pattern, cased: fc.boolean() }),
  fc.record({ kind: fc.constant('exists' as const), field, expected: fc.boolean() }),
  fc.record({ kind: fc.constant('null' as const), field }),
  fc.record({
    kind: fc.constant('compare' as const),
    field,
    operator: fc.constantFrom('lt', 'gte'),
    value: fc.integer({ min: 0, max: 2 }),
  }),
  fc.record({
    kind: fc.constant('reference' as const),
    field,
    other: field,
    mode: fc.constantFrom('equals', 'contains'),
    cased: fc.boolean(),
  }),
)
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    predicate.map((each) => ({ predicate: each })),
    fc.array(tie('expression'), { maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('expression'), { maxLength: 3 }).map((any) => ({ any })),
    tie('expression').map((not) => ({ not })),
  ),
}))
const scalar = fc.oneof(letters, fc.integer({ min: 0, max: 2 }), fc.constant(null))
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }))
const event = fc.record({ x: value, y: value, z: fc.record({ z: value }, { requiredKeys: [] }) }, { requiredKeys: [] })

t.test('the compiled matcher says what asking every expression by itself says', async () => {
  fc.assert(
    fc.property(
      fc.array(expression, { minLength: 1, maxLength: 6 }),
      fc.array(event, { minLength: 1, maxLength: 4 }),
      (expressions, events) => {
        const { match } = compileMatcher(expressions)
        const plain = expressions.map((each) => plainTest(each))
        return events.every((given) => {
          const found: number[] = []
          match(given, (place) => found.push(place))
          const expected = plain.flatMap((test, place) => (test(given) ? [place] : []))
          return JSON.stringify(found) === JSON.stringify(expected)
        })
      },
    ),
    { numRuns: 2000 },
  )
})

t.test('texts within texts are all found', async (t) => {
  const words = ['he', 'she', 'his', 'hers', 'sher']
  const expressions = words.map(
    (word): Expression => ({ predicate: { field: 'A', kind: 'text', pattern: [many, word, many], cased: false } }),
  )
  const found: number[] = []
  compileMatcher(expressions).match({ A: 'uSHERs' }, (place) => found.push(place))
  t.same(
    found.map((place) => words[place]),
    ['he', 'she', 'hers', 'sher'],
  )
})

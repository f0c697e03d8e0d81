import fc from 'fast-check'
import t from 'tap'
import { merged } from '../../generators/merged.ts'

t.test('two objects make a third, in which the second wins', async (t) => {
  const [one, other] = [
    { a: 1, b: 2 },
    { b: 3, c: undefined },
  ]
  t.strictSame(merged(one, other), { a: 1, b: 3, c: undefined })
  t.strictSame(one, { a: 1, b: 2 })
  t.strictSame(Object.keys(merged(one, other)), ['a', 'b', 'c'])
  const names = fc.string().filter((name) => name !== '__proto__')
  const some = fc.dictionary(names, fc.nat())
  fc.assert(
    fc.property(
      some,
      some,
      (one, other) => JSON.stringify(merged(one, other)) === JSON.stringify({ ...one, ...other }),
    ),
  )
})

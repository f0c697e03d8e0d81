import fc from 'fast-check'
import t from 'tap'
import { canonicalJson } from '../../../harness/evidence/canonical-json.ts'

t.test('the examples of RFC 8785 come out as they stand there', async (t) => {
  // §3.2.2 and §3.2.3
  const value = {
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  }
  t.equal(
    canonicalJson(value),
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  )
  const keys = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
  t.strictSame([...canonicalJson(keys).matchAll(/:(\d)/g)].map(([, digit]) => digit).join(''), '2467153')
})

t.test('whatever the order of the keys, the text is the same, and it reads back', async () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = canonicalJson(value)
      const turned = Object.fromEntries(Object.entries(value).reverse())
      return canonicalJson(turned) === text && canonicalJson(JSON.parse(text)) === text
    }),
  )
})

t.test('what JSON cannot hold is refused', async (t) => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, '\ud800', { '\udc00': 1 }, [() => 1]])
    t.throws(() => canonicalJson(value), TypeError)
  t.equal(canonicalJson(-0), '0')
})

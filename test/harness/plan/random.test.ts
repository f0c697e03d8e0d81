import fc from 'fast-check'
import t from 'tap'
import { random, shuffled, xoshiro128starstar } from '../../../harness/plan/random.ts'

t.test('the generator gives the numbers of the reference implementation', async (t) => {
  const { uint32 } = xoshiro128starstar([1, 2, 3, 4])
  const reference = [
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ]
  t.same(
    reference.map(() => uint32()),
    reference,
  )
})

t.test('a seed fixes the numbers', async (t) => {
  const [one, same, other] = [random('a'), random('a'), random('b')]
  const first = one.uint32()
  t.equal(same.uint32(), first)
  t.not(other.uint32(), first)
})

t.test('numbers below a limit are below it and spread evenly', async (t) => {
  const { below } = random('spread')
  const counts = [0, 0, 0, 0, 0, 0]
  for (let drawn = 0; drawn < 60_000; drawn += 1) {
    const number = below(6)
    counts[number] = (counts[number] ?? 0) + 1
  }
  t.equal(counts.length, 6)
  t.ok(
    counts.every((count) => count > 9600 && count < 10_400),
    { counts },
  )
})

t.test('shuffling keeps every item and leaves the list alone', async () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.string(), (items, seed) => {
      const before = [...items]
      const result = shuffled(items, random(seed))
      const sorted = (list: number[]) => JSON.stringify(list.toSorted((a, b) => a - b))
      return sorted(result) === sorted(items) && JSON.stringify(items) === JSON.stringify(before)
    }),
  )
})

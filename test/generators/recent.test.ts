import fc from 'fast-check'
import t from 'tap'
import { Recent } from '../../generators/recent.ts'

t.test('the last few are remembered, whatever came before', async () => {
  const texts = fc.array(fc.string({ minLength: 1, maxLength: 2 }), { maxLength: 40 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), texts, (most, texts) => {
      const recent = new Recent<number>(most)
      const set: string[] = []
      for (const text of texts) {
        const found = recent.get(text)
        const isRemembered = set.slice(-most).includes(text)
        if ((found !== undefined) !== isRemembered) return false
        if (found === undefined) {
          recent.set(text, text.length)
          set.push(text)
        } else if (found !== text.length) return false
      }
      return true
    }),
  )
})

t.test('an empty text is never remembered', async (t) => {
  t.equal(new Recent<number>(3).get(''), undefined)
})

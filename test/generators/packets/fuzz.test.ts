import t from 'tap'
import { layerNames } from '../../../generators/packets/stack.ts'
import { fuzz } from './fuzz.ts'

t.test('random bytes crash no decoder, hang none, and lose no byte; the same seed gives the same bytes', async (t) => {
  const { cases, decoders, failures, slowestMs, slowest } = fuzz(10_000, 'test')
  t.equal(cases, 10_000)
  t.equal(decoders, layerNames().length + 4)
  t.same(failures, [])
  t.ok(slowestMs < 1000, `${slowest} took ${slowestMs.toFixed(0)} ms`)
})

import fc from 'fast-check'
import t from 'tap'
import { createMatcher } from '../../../harness/witness/match.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const link = (text: string) => bytes(`LINKHEADER..08${text}`)

t.test('each frame of a trial is found once, in any order and among others', async (t) => {
  const frames = [bytes('syn'), bytes('ack'), bytes('fin')]
  const matcher = createMatcher([{ trialId: 'a', wire: 'frame', frames }])
  t.same(matcher.proof('a'), { frames: 3, found: 0, firstAt: null, lastAt: null })
  t.same(matcher.see({ at: 30, bytes: bytes('fin') }), { trialId: 'a', frame: 2 })
  t.equal(matcher.see({ at: 31, bytes: bytes('else') }), null)
  t.equal(matcher.see({ at: 32, bytes: bytes('fin') }), null, 'a second copy is nobody’s')
  t.same(matcher.see({ at: 10, bytes: bytes('syn') }), { trialId: 'a', frame: 0 })
  t.notOk(matcher.complete('a'))
  t.same(matcher.see({ at: 20, bytes: bytes('ack') }), { trialId: 'a', frame: 1 })
  t.ok(matcher.complete('a'))
  t.same(matcher.proof('a'), { frames: 3, found: 3, firstAt: 10, lastAt: 30 })
})

t.test('of equal frames the capture must hold as many', async (t) => {
  const matcher = createMatcher([])
  matcher.add({ trialId: 'a', wire: 'frame', frames: [bytes('x'), bytes('y'), bytes('x')] })
  t.same(matcher.see({ at: 1, bytes: bytes('x') }), { trialId: 'a', frame: 0 })
  t.equal(matcher.proof('a').found, 1)
  t.same(matcher.see({ at: 2, bytes: bytes('x') }), { trialId: 'a', frame: 2 })
  t.equal(matcher.see({ at: 3, bytes: bytes('x') }), null)
})

t.test('on the ip wire the link layer is not compared, on the frame wire it is', async (t) => {
  const matcher = createMatcher([
    { trialId: 'ip', wire: 'ip', frames: [link('packet')] },
    { trialId: 'frame', wire: 'frame', frames: [link('other')] },
  ])
  t.same(matcher.see({ at: 1, bytes: bytes('KERNEL-MACS-08packet') }), { trialId: 'ip', frame: 0 })
  t.equal(matcher.see({ at: 2, bytes: bytes('KERNEL-MACS-08other') }), null)
  t.same(matcher.see({ at: 3, bytes: link('other') }), { trialId: 'frame', frame: 0 })
})

t.test('a trial without frames, or one that is not known, is never complete nor proven', async (t) => {
  const matcher = createMatcher([{ trialId: 'empty', wire: 'frame', frames: [] }])
  for (const id of ['empty', 'unknown']) {
    t.notOk(matcher.complete(id))
    t.same(matcher.proof(id), { frames: 0, found: 0, firstAt: null, lastAt: null })
    t.same(matcher.captured(id), [])
  }
})

t.test('what was captured is kept for the evidence, with its own bytes and within bounds', async (t) => {
  const matcher = createMatcher([], { frames: 2, bytes: 1000 })
  matcher.add({ trialId: 'a', wire: 'ip', frames: [link('1'), link('2'), link('3')] })
  const buffer = bytes('KERNEL-MACS-081')
  matcher.see({ at: 1, bytes: buffer })
  buffer.fill(0)
  for (const [at, digit] of ['2', '3'].entries()) matcher.see({ at: at + 2, bytes: bytes(`KERNEL-MACS-08${digit}`) })
  t.equal(matcher.proof('a').found, 3)
  t.same(
    matcher.captured('a').map(({ at, bytes }) => [at, Buffer.from(bytes).toString()]),
    [
      [1, 'KERNEL-MACS-081'],
      [2, 'KERNEL-MACS-082'],
    ],
  )
})

t.test('a forgotten trial is no longer looked for, and one that is added again starts anew', async (t) => {
  const matcher = createMatcher([
    { trialId: 'a', wire: 'frame', frames: [bytes('x'), bytes('x')] },
    { trialId: 'b', wire: 'frame', frames: [bytes('x')] },
  ])
  matcher.see({ at: 1, bytes: bytes('x') })
  matcher.forget('a')
  t.same(matcher.see({ at: 2, bytes: bytes('x') }), { trialId: 'b', frame: 0 })
  t.equal(matcher.see({ at: 3, bytes: bytes('x') }), null)
  matcher.add({ trialId: 'b', wire: 'frame', frames: [bytes('y')] })
  t.same(matcher.proof('b'), { frames: 1, found: 0, firstAt: null, lastAt: null })
  t.equal(matcher.see({ at: 4, bytes: bytes('x') }), null)
  t.same(matcher.see({ at: 5, bytes: bytes('y') }), { trialId: 'b', frame: 0 })
})

const content = fc.uint8Array({ minLength: 15, maxLength: 18 }).map((array) => array.map((byte) => byte % 2))
const trials = fc.array(
  fc.record({ wire: fc.constantFrom('ip' as const, 'frame' as const), frames: fc.array(content, { maxLength: 6 }) }),
  { maxLength: 5 },
)

t.test('whatever the frames, a full capture proves every trial and a frame too few does not', async (t) => {
  fc.assert(
    fc.property(trials, fc.nat(), (list, lost) => {
      const expected = list.map((trial, place) => ({ ...trial, trialId: String(place) }))
      const all = expected.flatMap(({ frames }) => frames)
      const full = createMatcher(expected)
      for (const bytes of all) full.see({ at: 1, bytes })
      const found = expected.reduce((sum, { trialId }) => sum + full.proof(trialId).found, 0)
      const lossy = createMatcher(expected)
      for (const [place, bytes] of all.entries()) if (place !== lost % all.length) lossy.see({ at: 1, bytes })
      const some = expected.reduce((sum, { trialId }) => sum + lossy.proof(trialId).found, 0)
      return found === all.length && (all.length === 0 || some === all.length - 1)
    }),
    { numRuns: 500 },
  )
  t.pass()
})

t.test(
  'frames that come bit by bit are found, counted against their total, and handed on instead of kept',
  async (t) => {
    const handed: string[] = []
    const onFound = ({ bytes }: { bytes: Uint8Array }) => handed.push(Buffer.from(bytes).toString())
    const of = (text: string) => new Uint8Array(Buffer.from(text))
    const matcher = createMatcher([])
    matcher.add({ trialId: 'one', wire: 'frame', frames: [], total: 3, onFound })
    t.equal(matcher.see({ at: 1, bytes: of('first') }), null, 'it has not been told of yet')
    matcher.extend('one', [of('first'), of('second')])
    t.strictSame(matcher.pending('one'), { frames: 2, bytes: 11 })
    t.strictSame(matcher.see({ at: 2, bytes: of('second') }), { trialId: 'one', frame: 1 })
    t.strictSame(matcher.pending('one'), { frames: 1, bytes: 5 })
    matcher.see({ at: 3, bytes: of('first') })
    t.match(matcher.proof('one'), { frames: 3, found: 2 })
    t.equal(matcher.complete('one'), false)
    matcher.extend('one', [of('third')])
    t.strictSame(matcher.see({ at: 4, bytes: of('third') }), { trialId: 'one', frame: 2 })
    t.equal(matcher.complete('one'), true)
    t.strictSame(handed, ['second', 'first', 'third'])
    t.strictSame(matcher.captured('one'), [], 'nothing is kept')
    matcher.extend('nobody', [of('fourth')])
    t.strictSame(matcher.pending('nobody'), { frames: 0, bytes: 0 })
  },
)

t.test('the frames of a complete trial are handed out once, and its proof stays', async (t) => {
  const matcher = createMatcher([{ trialId: 'a', wire: 'frame', frames: [bytes('x'), bytes('y')] }])
  matcher.see({ at: 1, bytes: bytes('x') })
  t.same(matcher.take('a'), [], 'one is missing')
  matcher.see({ at: 2, bytes: bytes('y') })
  t.same(
    matcher.take('a').map(({ at }) => at),
    [1, 2],
  )
  t.same(matcher.take('a'), [])
  t.same(matcher.take('nobody'), [])
  t.same(matcher.proof('a'), { frames: 2, found: 2, firstAt: 1, lastAt: 2 })
  t.equal(matcher.see({ at: 3, bytes: bytes('x') }), null)
})

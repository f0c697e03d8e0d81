import t from 'tap'
import type { AnalysedFrame } from '../../../harness/analyser/analysed.ts'
import { fold, variations } from '../../../harness/analyser/fold.ts'

function frames(notes: readonly string[]): AnalysedFrame[] {
  return notes.map((note, index) => ({
    number: index + 1,
    from: 'client',
    note,
    delayMs: 0,
    bytes: new Uint8Array(4),
    unusual: null,
    layers: [
      { name: 'udp', title: '', rfc: '', offset: 0, length: 8, problems: [], fields: [{ name: 'port', value: index }] },
    ],
  }))
}

/** `a b +6`: the notes shown, and how many frames after them are folded. */
function shape(notes: readonly string[]): string[] {
  return fold(frames(notes)).map(({ shown, folded }) => `${shown.map(({ note }) => note).join(' ')} +${folded.length}`)
}

t.test('what repeats is shown once, whatever its period up to four', async (t) => {
  const cases: [string, string[], string[]][] = [
    ['nothing', [], []],
    ['all different', ['a', 'b', 'c'], ['a b c +0']],
    ['three alike are few', ['a', 'a', 'a'], ['a a a +0']],
    ['one', ['s', ...Array(60).fill('a'), 'e'], ['s +0', 'a +59', 'e +0']],
    ['two', [...Array(5).fill(['a', 'b']).flat(), 'e'], ['a b +8', 'e +0']],
    ['four, cut off', [...Array(4).fill(['a', 'b', 'c', 'd']).flat(), 'a'], ['a b c d +12', 'a +0']],
    ['numbers do not matter', ['a 1', 'a 2', 'a 3', 'a 44'], ['a 1 +3']],
  ]
  for (const [name, notes, expected] of cases) t.same(shape(notes), expected, name)
})

t.test('every frame is shown or folded, in order', async (t) => {
  const all = frames(['s', ...Array(9).fill(['a', 'b', 'b']).flat(), 'x', 'y'])
  t.same(
    fold(all).flatMap(({ shown, folded }) => [...shown, ...folded]),
    all,
  )
})

t.test('what differs between folded frames is named with its first and last value', async (t) => {
  t.same(variations(frames(['a', 'a', 'a'])), [{ layer: 'udp', field: 'port', first: 0, last: 2 }])
  t.same(variations([]), [])
})

t.test('steps that are different ones are not folded, however alike; the rounds of one step are', async (t) => {
  const alike = frames(Array(8).fill('data'))
  const steps = alike.map((frame, index) => ({ ...frame, path: `steps[${index}].client` }))
  t.same(fold(steps), [{ shown: steps, folded: [] }])
  const rounds = alike.map((frame) => ({ ...frame, path: 'steps[0].data' }))
  t.equal(fold(rounds)[0]?.folded.length, 7)
})

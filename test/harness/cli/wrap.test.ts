import t from 'tap'
import { wrap } from '../../../harness/cli/wrap.ts'

const terminal = (columns: number) => ({ isTerminal: true, columns, colour: false })

t.test('text is broken between words, and all lines but the first are indented', async (t) => {
  t.equal(wrap('aaaa bbbb cccc dddd eeee ffff', terminal(24), 2), 'aaaa bbbb cccc dddd eeee\n  ffff')
  t.equal(wrap('aaaa bbbb cccc dddd', terminal(20), 4, 10), 'aaaa bbbb\n    cccc dddd', 'the first line has less room')
})

t.test('a word longer than the line stays whole', async (t) => {
  t.equal(wrap(`a ${'b'.repeat(40)} c`, terminal(20)), `a\n${'b'.repeat(40)}\nc`)
})

t.test('text for a pipe stays as it is', async (t) => {
  const text = 'word '.repeat(100)
  t.equal(wrap(text, { isTerminal: false, columns: 20, colour: false }), text)
})

t.test('lines end at a hundred columns on wider terminals', async (t) => {
  for (const line of wrap('word '.repeat(100), terminal(300)).split('\n')) t.ok(line.length <= 100)
})

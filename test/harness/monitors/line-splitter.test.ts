import fc from 'fast-check'
import t from 'tap'
import { createLineSplitter } from '../../../harness/monitors/line-splitter.ts'

t.test('however the bytes are cut, the same lines come out', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ''))),
      fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', '')),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (lines, rest, sizes) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join('') + rest)
        const splitter = createLineSplitter(1 << 20, () => {})
        const found: string[] = []
        for (let start = 0, turn = 0; start < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] as number
          const piece = Buffer.from(bytes.subarray(start, start + size))
          found.push(...splitter.push(piece))
          start += piece.length
          piece.fill(0)
        }
        const last = splitter.rest() ?? ''
        return (
          JSON.stringify([...found, last]) ===
          JSON.stringify([...lines, rest].map((line) => Buffer.from(line).toString()))
        )
      },
    ),
    { numRuns: 500 },
  )
  t.pass()
})

t.test('a line that is too long is dropped once, and the next is read', async (t) => {
  for (const size of [1, 3, 7, 100]) {
    let dropped = 0
    const splitter = createLineSplitter(10, () => {
      dropped++
    })
    const bytes = Buffer.from(`one\n${'x'.repeat(50)}\ntwo\n${'y'.repeat(10)}\n`)
    const found: string[] = []
    for (let start = 0; start < bytes.length; start += size)
      found.push(...splitter.push(bytes.subarray(start, start + size)))
    t.same(found, ['one', 'two', 'y'.repeat(10)], `in pieces of ${size}`)
    t.equal(dropped, 1)
    t.equal(splitter.rest(), null)
  }
})

t.test('what belongs to a line that began before is passed over', async (t) => {
  const splitter = createLineSplitter(100, () => t.fail('nothing is too long'))
  splitter.skipToLineEnd()
  t.same(splitter.push(Buffer.from('half')), [])
  t.same(splitter.push(Buffer.from(' a line\nwhole\nrest')), ['whole'])
  t.equal(splitter.rest(), 'rest')
  t.equal(splitter.rest(), null)
})

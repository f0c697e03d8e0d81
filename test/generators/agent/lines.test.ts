import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { type Line, readLines } from '../../../generators/agent/lines.ts'

async function linesOf(chunks: (string | Uint8Array)[], limit = 100): Promise<Line[]> {
  const lines: Line[] = []
  for await (const line of readLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), limit)) lines.push(line)
  return lines
}

const cases: { title: string; chunks: (string | Uint8Array)[]; lines: Line[] }[] = [
  { title: 'nothing', chunks: [], lines: [] },
  { title: 'a line in one chunk', chunks: ['one\n'], lines: [{ text: 'one' }] },
  {
    title: 'many lines in one chunk',
    chunks: ['one\ntwo\nthree\n'],
    lines: ['one', 'two', 'three'].map((text) => ({ text })),
  },
  { title: 'a line over many chunks', chunks: ['o', 'n', 'e', '\n'], lines: [{ text: 'one' }] },
  { title: 'blank lines', chunks: ['\n \n\r\n\none\n\n'], lines: [{ text: 'one' }] },
  { title: 'no newline at the end', chunks: ['one\ntwo'], lines: [{ text: 'one' }, { text: 'two' }] },
  {
    title: 'a character over two chunks',
    chunks: [new Uint8Array([0xc3]), new Uint8Array([0xa9, 10])],
    lines: [{ text: 'é' }],
  },
  { title: 'bytes that are no UTF-8', chunks: [new Uint8Array([0xff, 10])], lines: [{ text: '\ufffd' }] },
]

for (const { title, chunks, lines } of cases) {
  t.test(title, async (t) => t.strictSame(await linesOf(chunks), lines))
}

t.test('a line that is too long is skipped with its length, the next one is whole', async (t) => {
  t.strictSame(await linesOf(['x'.repeat(60), 'x'.repeat(60), 'x\nshort\n']), [{ tooLong: 121 }, { text: 'short' }])
  t.strictSame(await linesOf(['x'.repeat(100), '\n']), [{ text: 'x'.repeat(100) }])
  t.strictSame(await linesOf(['x'.repeat(101)]), [{ tooLong: 101 }])
})

t.test('where the chunks are cut does not matter', async () => {
  const text = fc.string().filter((one) => one.trim() !== '' && !one.includes('\n'))
  await fc.assert(
    fc.asyncProperty(fc.array(text), fc.array(fc.nat(400)), async (texts, cuts) => {
      const bytes = Buffer.from(texts.map((one) => `${one}\n`).join(''))
      const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
      return JSON.stringify(await linesOf(chunks, 10_000)) === JSON.stringify(texts.map((one) => ({ text: one })))
    }),
  )
})

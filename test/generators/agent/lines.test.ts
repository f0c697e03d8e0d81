import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { readLines } from '../../../generators/agent/lines.ts'

/** A line, with the bytes behind it as text where it has any. */
type Line = { text: string; body?: string } | { tooLong: number }

async function linesOf(
  chunks: (string | Uint8Array)[],
  limit = 100,
  bodyLength?: (line: string) => number,
): Promise<Line[]> {
  const lines: Line[] = []
  const input = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
  for await (const line of readLines(input, limit, bodyLength)) {
    if (!('text' in line)) lines.push(line)
    else
      lines.push(
        line.body.length === 0 ? { text: line.text } : { text: line.text, body: Buffer.from(line.body).toString() },
      )
  }
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

t.test('a line has as many bytes behind it as it announces, newlines among them', async (t) => {
  const announced = (line: string) => Number(/^\d+/.exec(line)?.[0] ?? 0)
  const input = '3 a\n\n\n\n' + 'plain\n' + '0 b\n' + '5 c\n12345' + 'end'
  const lines: Line[] = [
    { text: '3 a', body: '\n\n\n' },
    { text: 'plain' },
    { text: '0 b' },
    { text: '5 c', body: '12345' },
    { text: 'end' },
  ]
  t.strictSame(await linesOf([input], 100, announced), lines)
  t.strictSame(await linesOf(input.split(''), 100, announced), lines, 'byte by byte')
  t.strictSame(await linesOf(['200 a\n', 'x'.repeat(199), 'xnext\n'], 100, announced), [
    { tooLong: 200 },
    { text: 'next' },
  ])
  t.strictSame(
    await linesOf(['5 a\n123'], 100, announced),
    [{ text: '5 a', body: '123' }],
    'an input that ends too early',
  )
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

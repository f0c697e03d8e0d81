import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { fileLines, textLines } from '../../../harness/evidence/lines.ts'

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = []
  for await (const line of lines) found.push(line)
  return found
}

/** All chunks in the same memory, as a file is read. */
async function* inOnePlace(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(Math.max(0, ...chunks.map(({ length }) => length)))
  for (const chunk of chunks) {
    memory.fill(0)
    memory.set(chunk)
    yield memory.subarray(0, chunk.length)
  }
}

t.test('a line ends at a line feed and nowhere else, and the last needs none', async (t) => {
  const cut = async (text: string) => all(textLines(inOnePlace([Buffer.from(text)])))
  t.strictSame(await cut(''), [])
  t.strictSame(await cut('one'), ['one'])
  t.strictSame(await cut('one\n\ntwo\n'), ['one', '', 'two'])
  t.strictSame(await cut('\ufeffa\u2028b\u0085c\rd\n'), ['\ufeffa\u2028b\u0085c\rd'])
})

t.test('where the chunks are cut does not matter', async () => {
  const text = fc.string({ unit: 'binary' }).filter((one) => !one.includes('\n'))
  await fc.assert(
    fc.asyncProperty(fc.array(text), fc.array(fc.nat(200)), async (texts, cuts) => {
      const bytes = Buffer.from(texts.map((one) => `${one}\n`).join(''))
      const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
      const whole = bytes.toString().split('\n').slice(0, -1)
      return JSON.stringify(await all(textLines(inOnePlace(chunks)))) === JSON.stringify(whole)
    }),
  )
})

t.test('a file is read whole, with lines longer than what is read at once', async (t) => {
  const path = join(t.testdir(), 'lines')
  const lines = ['x'.repeat(1_000_000), 'é'.repeat(300_001), '', 'end']
  writeFileSync(path, lines.join('\n'))
  t.strictSame(await all(fileLines(path)), lines)
  await t.rejects(all(fileLines(`${path}-none`)), { code: 'ENOENT' })
})

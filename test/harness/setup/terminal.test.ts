import { PassThrough } from 'node:stream'
import t from 'tap'
import { confirm } from '../../../harness/setup/confirm.ts'
import { createProgress } from '../../../harness/setup/status-line.ts'

const { signal } = new AbortController()

const answers = [
  ['y\n', true],
  ['YES\n', true],
  ['\n', true],
  ['n\n', false],
  ['No\n', false],
  ['what?\nn\n', false],
  ['what?\ny\n', true],
  ['', false],
] as const

for (const [typed, expected] of answers)
  t.test(`${JSON.stringify(typed)} means ${expected ? 'yes' : 'no'}`, async (t) => {
    const input = new PassThrough()
    const output = new PassThrough()
    input.end(typed)
    t.equal(await confirm('Go ahead?', input, output, signal), expected)
    t.match(String(output.read()), 'Go ahead? [Y/n] ')
  })

t.test('Ctrl-C ends the question', async (t) => {
  const interrupt = new AbortController()
  const asked = confirm('Go ahead?', new PassThrough(), new PassThrough(), interrupt.signal)
  interrupt.abort()
  await t.rejects(asked, { name: 'AbortError' })
})

t.test('the status is overwritten on a terminal, cut to its width, without control characters', async (t) => {
  const written: string[] = []
  const progress = createProgress((text) => written.push(text), { isTerminal: true, columns: 10 })
  progress.status('abc\x08\x1b[31mdefghijklm')
  progress.say('kept')
  progress.end()
  t.strictSame(written, ['\r\x1b[Kabc defgh', '\r\x1b[K', 'kept\n'])
})

t.test('a log gets lines only', async (t) => {
  const written: string[] = []
  const progress = createProgress((text) => written.push(text), { isTerminal: false, columns: 80 })
  progress.status('downloading')
  progress.say('kept')
  progress.end()
  t.strictSame(written, ['kept\n'])
})

import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { addToLedger, newestOf, parseLedger, readLedger } from '../../../harness/attestation/run-ledger.ts'
import { keyPair, signedRun, verified } from './bundle.ts'

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

async function three(folder: string): Promise<{ file: string; heads: string[] }> {
  const file = join(folder, 'ledger.jsonl')
  const heads: string[] = []
  for (const run of ['a', 'b', 'c']) heads.push(await addToLedger(file, run, digest(run)))
  return { file, heads }
}

t.test('every line follows from the one before, and the head is the digest of the last', async (t) => {
  const { file, heads } = await three(t.testdir())
  const ledger = await readLedger(file)
  t.equal(ledger?.broken, null)
  t.strictSame(ledger?.digests, heads)
  t.strictSame(
    ledger?.entries.map(({ seq, run, prev }) => [seq, run, prev]),
    [
      [1, 'a', null],
      [2, 'b', heads[0]],
      [3, 'c', heads[1]],
    ],
  )
})

t.test('the same run again adds nothing; with other content it adds a line', async (t) => {
  const { file, heads } = await three(t.testdir())
  t.equal(await addToLedger(file, 'b', digest('b')), heads[2])
  await addToLedger(file, 'b', digest('other'))
  const ledger = await readLedger(file)
  t.equal(ledger?.entries.length, 4)
  t.equal(ledger && newestOf(ledger, 'b')?.manifest, digest('other'))
})

t.test('a line that is removed, changed, moved, doubled or cut breaks the chain', async (t) => {
  const { file } = await three(t.testdir())
  const text = await readFile(file, 'utf8')
  const [a = '', b = '', c = ''] = text.split('\n')
  const texts: Record<string, string> = {
    'the first is gone': `${b}\n${c}\n`,
    'the second is gone': `${a}\n${c}\n`,
    'two change places': `${b}\n${a}\n${c}\n`,
    'one is there twice': `${a}\n${a}\n${b}\n`,
    'the run of one is another': text.replace('"run":"b"', '"run":"x"'),
    'a blank more': text.replace('"run":"b"', '"run": "b"'),
    'an empty line': `${a}\n\n${b}\n`,
    'the end is cut': text.slice(0, -1),
    'it is no JSON': 'ledger\n',
  }
  for (const [name, changed] of Object.entries(texts)) t.ok(parseLedger(changed).broken, name)
  await writeFile(file, texts['the second is gone'] ?? '')
  await t.rejects(addToLedger(file, 'd', digest('d')), /nothing was added/)
})

t.test('a published head shows that lines were taken from the end', async (t) => {
  const soc = keyPair()
  const bundle = await signedRun(t.testdir(), [soc])
  const head = await addToLedger(bundle.ledger, 'later', digest('later'))
  t.strictSame((await verified(bundle, [soc], { head })).problems, [])
  const [first = ''] = (await readFile(bundle.ledger, 'utf8')).split('\n')
  await writeFile(bundle.ledger, `${first}\n`)
  t.strictSame((await verified(bundle, [soc])).problems, [], 'the chain alone cannot tell')
  t.match((await verified(bundle, [soc], { head })).problems.join(), /lines were removed or rewritten/)
})

t.test('two writers at once: one waits for nothing and is refused', async (t) => {
  const file = join(t.testdir(), 'ledger.jsonl')
  await writeFile(`${file}.lock`, '')
  await t.rejects(addToLedger(file, 'a', digest('a')), { code: 'NOT_WRITTEN', message: /another Tocsin is writing/ })
})

import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { InputError } from '../../../harness/errors.ts'
import { readRecord } from '../../../harness/evidence/read.ts'
import { writeRecord } from '../../../harness/evidence/write.ts'
import { sampleRecord } from '../../reports/sample-record.ts'

/** Changes one file of a fresh record and gives what reading it then says. */
async function afterChange(t: Test, file: string, change: (text: string) => string): Promise<string> {
  const path = await writeRecord({ runs: t.testdir() }, sampleRecord())
  const name = join(path, file)
  await writeFile(name, change(await readFile(name, 'utf8')))
  return readRecord(path).then(
    () => 'no error',
    (error: Error) => {
      t.type(error, InputError)
      return error.message
    },
  )
}

const line = (number: number, change: (text: string) => string) => (text: string) =>
  text
    .split('\n')
    .map((each, index) => (index === number - 1 ? change(each) : each))
    .join('\n')

const broken: [string, string, (text: string) => string, RegExp][] = [
  ['a line cut in the middle', 'trials.jsonl', line(3, (text) => text.slice(0, 40)), /trials\.jsonl:3: not JSON/],
  ['an empty line', 'trials.jsonl', line(2, () => ''), /trials\.jsonl:2: not JSON/],
  [
    'an unknown key',
    'trials.jsonl',
    line(5, (text) => text.replace('"reason"', '"raeson"')),
    /trials\.jsonl:5: .*(reason|raeson)/,
  ],
  [
    'a verdict that is none',
    'trials.jsonl',
    line(1, (text) => text.replace('"detected"', '"seen"')),
    /trials\.jsonl:1: verdict: /,
  ],
  [
    'a path that leads out',
    'trials.jsonl',
    line(1, (text) => text.replace('evidence/', '../evidence/')),
    /trials\.jsonl:1: evidence: must be/,
  ],
  [
    'a path that is a script',
    'trials.jsonl',
    line(1, (text) => text.replace(/"evidence\/[^"]*"/, '"javascript:alert(1)"')),
    /trials\.jsonl:1: evidence/,
  ],
  [
    'a broken observation',
    'observations.jsonl',
    line(4, (text) => text.replace('"alert"', '7')),
    /observations\.jsonl:4: kind/,
  ],
  [
    'a file cut between two lines',
    'trials.jsonl',
    (text) => text.slice(0, text.indexOf('\n') + 1),
    /contradicts itself: summary\.trials is 48 .* gives 1/,
  ],
  [
    'a line twice',
    'trials.jsonl',
    line(1, (text) => `${text}\n${text}`),
    /contradicts itself: trial .* is there twice/,
  ],
  [
    'a verdict made better',
    'trials.jsonl',
    (text) => text.replace('"missed"', '"detected"'),
    /contradicts itself: summary\.detected is 37 .* gives 38/,
  ],
  [
    'a trial of no scenario',
    'trials.jsonl',
    line(1, (text) => text.replace('"scenario":"', '"scenario":"x')),
    /which run\.json does not list/,
  ],
  [
    'a newer format',
    'run.json',
    (text) => text.replace('"format": 1', '"format": 2'),
    /run\.json: format: this Tocsin reads format 1/,
  ],
  [
    'an unknown figure',
    'run.json',
    (text) => text.replace('"proven"', '"score": 100, "proven"'),
    /run\.json: summary: .*score/,
  ],
  ['a time without zone', 'run.json', (text) => text.replace(/("startedAt": "[^"]*)Z/, '$1'), /run\.json: startedAt/],
]

for (const [name, file, change, message] of broken)
  t.test(`reading refuses ${name}`, async (t) => t.match(await afterChange(t, file, change), message))

t.test('reading says what is missing', async (t) => {
  const path = await writeRecord({ runs: t.testdir({ empty: {} }) }, sampleRecord())
  await t.rejects(readRecord(join(path, '..', 'empty')), { exitCode: 2, message: /holds no record \(no run\.json\)/ })
  await t.rejects(readRecord(join(path, 'run.json')), { message: /holds no record/ })
  await t.rejects(readRecord('/nonexistent/here'), { message: /holds no record/ })
})

t.test('reading takes a last line without its line feed', async (t) => {
  const path = await writeRecord({ runs: t.testdir() }, sampleRecord())
  const file = join(path, 'trials.jsonl')
  await truncate(file, (await readFile(file)).length - 1)
  t.equal((await readRecord(path)).trials.length, 96)
})

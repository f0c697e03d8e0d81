import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstat, mkdir, readdir, readFile, readlink, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { InputError, RecordError } from '../../../harness/errors.ts'
import { checkOut } from '../../../harness/evidence/place.ts'
import { readRecord, readWhole } from '../../../harness/evidence/read.ts'
import { writeRecord, writeReports } from '../../../harness/evidence/write.ts'
import { sampleRecord } from '../../reports/sample-record.ts'
import { asUser } from '../../cli/environment.ts'
import { contents, smallDisk } from './scratch.ts'

const pcap = { path: 'evidence/one.pcap', content: Buffer.from([0xd4, 0xc3, 0xb2, 0xa1]) }
const named = (id: string, trials = 1) => {
  const record = sampleRecord({ trials })
  return { ...record, run: { ...record.run, id } }
}

t.test('a record read back is the record, and written again the same bytes', async (t) => {
  const runs = t.testdir()
  const path = await writeRecord({ runs }, named('a'), [pcap])
  t.equal(path, join(runs, 'a'))
  const read = await readWhole(path)
  t.strictSame(read, named('a'))
  const again = await writeRecord({ out: join(runs, 'again') }, read, [pcap])
  t.strictSame(await contents(again), await contents(path))
  t.strictSame(Object.keys(await contents(path)), [
    'evidence/one.pcap',
    'observations.jsonl',
    'run.json',
    'trials.jsonl',
  ])
})

t.test('keys stand in the order of the schema, whatever order they were made in', async (t) => {
  const runs = t.testdir()
  const record = named('a')
  const backwards = Object.fromEntries(Object.entries(record.run).reverse()) as typeof record.run
  await writeRecord({ runs }, { ...record, run: backwards })
  await writeRecord({ out: join(runs, 'b') }, record)
  t.equal(await readFile(join(runs, 'a', 'run.json'), 'utf8'), await readFile(join(runs, 'b', 'run.json'), 'utf8'))
})

t.test('a line separator inside a text does not end a line of the record', async (t) => {
  const runs = t.testdir()
  const record = sampleRecord({ text: 'a\u2028b\u2029c\r\nd\u0000' })
  t.strictSame(await readWhole(await writeRecord({ runs }, record)), record)
})

t.test('latest points at the newest run by a relative link', async (t) => {
  const runs = t.testdir()
  await writeRecord({ runs }, named('a'))
  await writeRecord({ runs }, named('b'))
  t.equal(await readlink(join(runs, 'latest')), 'b')
  t.equal((await readRecord(join(runs, 'latest'))).run.id, 'b')
  t.strictSame((await readdir(runs)).sort(), ['a', 'b', 'latest'])
})

t.test('a folder in the place of the link is told, and the record is kept', async (t) => {
  const runs = t.testdir({ latest: { mine: 'x' } })
  await t.rejects(writeRecord({ runs }, named('a')), {
    code: 'NOT_WRITTEN',
    message: /the record is written to .*latest/,
  })
  t.equal((await readRecord(join(runs, 'a'))).run.id, 'a')
})

t.test('evidence may come as a stream, from a stream of files', async (t) => {
  const runs = t.testdir()
  async function* pieces() {
    yield Buffer.from('ab')
    yield 'cd'
  }
  async function* files() {
    yield { path: 'evidence/deep/x[port=22].pcap', content: pieces() }
  }
  const path = await writeRecord({ runs }, named('a'), files())
  t.equal(await readFile(join(path, 'evidence/deep/x[port=22].pcap'), 'utf8'), 'abcd')
})

t.test('evidence cannot be written outside its folder', async (t) => {
  const runs = t.testdir()
  for (const path of [
    '../x.pcap',
    'evidence/../../x.pcap',
    '/tmp/x.pcap',
    'evidence/',
    'run.json',
    'evidence//x',
    'evidence/a\0b',
  ])
    await t.rejects(writeRecord({ runs }, named('a'), [{ path, content: '' }]), RecordError, JSON.stringify(path))
  t.strictSame(await readdir(runs), [], 'and nothing is left of the attempts')
})

t.test('--out over an old record replaces it whole', async (t) => {
  const runs = t.testdir()
  const out = join(runs, 'out')
  await writeRecord({ out }, named('old', 2), [pcap])
  await writeReports(out, [{ path: 'report.html', content: 'old' }])
  await writeRecord({ out }, named('new'))
  t.equal((await readRecord(out)).run.id, 'new')
  t.strictSame(
    (await readdir(out)).sort(),
    ['observations.jsonl', 'run.json', 'trials.jsonl'],
    'no file of the old one is left',
  )
  t.strictSame(await readdir(runs), ['out'])
})

t.test('--out may be an empty folder, a new one, or a link to one', async (t) => {
  const folder = t.testdir({ empty: {}, real: {} })
  await symlink('real', join(folder, 'link'))
  for (const name of ['empty', 'new/deep', 'link']) {
    await writeRecord({ out: join(folder, name) }, named('a'))
    t.equal((await readRecord(join(folder, name))).run.id, 'a', name)
  }
  t.ok((await lstat(join(folder, 'link'))).isSymbolicLink())
})

t.test('--out refuses what is not a record, before anything is started', async (t) => {
  const folder = t.testdir({ code: { 'main.ts': 'x' }, file: 'x', foreign: { 'run.json': '{"format":9}' } })
  const mixed = await writeRecord({ out: join(folder, 'mixed') }, named('a'))
  await writeFile(join(mixed, 'notes.txt'), 'mine')
  for (const [name, message] of [
    ['code', /holds "main.ts", which is no part of a record/],
    ['file', /is a file/],
    ['foreign', /not a record/],
    ['mixed', /holds "notes.txt"/],
  ] as const) {
    await t.rejects(checkOut(join(folder, name)), { exitCode: 2, message }, name)
    await t.rejects(writeRecord({ out: join(folder, name) }, named('b')), InputError)
  }
  t.equal(await readFile(join(folder, 'code', 'main.ts'), 'utf8'), 'x')
  await t.rejects(checkOut('/proc'), { message: /mount point/ })
})

t.test('a record that contradicts itself, or holds what its format does not allow, is not written', async (t) => {
  const runs = t.testdir()
  const record = named('a')
  const fewer = { ...record, trials: record.trials.slice(1) }
  await t.rejects(writeRecord({ runs }, fewer), { message: /contradicts itself: summary.trials is 48 .* gives 47/ })
  const wrong = { ...record, trials: record.trials.map((trial) => ({ ...trial, latencyMs: Number.NaN })) }
  await t.rejects(writeRecord({ runs }, wrong), { message: /trials.jsonl:1: latencyMs/ })
  await t.rejects(writeRecord({ runs }, named('../up')), { message: /cannot name a folder/ })
  await t.rejects(writeRecord({ runs }, named('latest')), { message: /cannot name a folder/ })
  t.strictSame(await readdir(runs), [])
})

const noMount = process.getuid?.() === 0 ? false : 'mounting a small disk needs root'
t.test('a full disk leaves the old record whole', { skip: noMount }, async (t) => {
  const folder = t.testdir()
  const disk = join(folder, 'disk')
  await using _ = await smallDisk(disk, '256k')
  const old = await writeRecord({ runs: join(disk, 'runs') }, named('old'))
  const out = await writeRecord({ out: join(disk, 'runs', 'out') }, { ...named('out'), observations: [] })
  const before = await contents(join(disk, 'runs'))
  for (const place of [{ runs: join(disk, 'runs') }, { out }]) {
    await t.rejects(writeRecord(place, named('new', 20)), {
      code: 'NOT_WRITTEN',
      exitCode: 3,
      message: /the disk is full; .* What was there before is whole/,
    })
    t.strictSame(await contents(join(disk, 'runs')), before, 'nothing is changed and nothing is left')
  }
  t.equal(await readlink(join(disk, 'runs', 'latest')), 'old')
  t.equal((await readRecord(old)).run.id, 'old')
  await t.rejects(writeReports(old, [{ path: 'report.html', content: 'x'.repeat(400_000) }]), {
    message: /disk is full/,
  })
  t.strictSame(await contents(join(disk, 'runs')), before)
})

t.test('a kill while writing leaves the old record whole, and the next write cleans up', async (t) => {
  const runs = t.testdir()
  const out = await writeRecord({ out: join(runs, 'out') }, named('old'))
  const before = await contents(out)
  const writer = fileURLToPath(new URL('stalled-writer.js', import.meta.url))
  const child = spawn(...asUser(process.execPath, [writer, out]), { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  t.equal((await readdir(runs)).length, 2, 'it is writing beside the old one')
  child.kill('SIGKILL')
  await once(child, 'exit')
  t.strictSame(await contents(out), before)
  await writeRecord({ out }, named('new'))
  t.equal((await readRecord(out)).run.id, 'new')
  t.strictSame(await readdir(runs), ['out'], 'what the killed one left is gone')
})

t.test(
  'a kill between the two renames: reading says where the old record is, and the next run puts it back',
  async (t) => {
    const runs = t.testdir()
    const out = await writeRecord({ out: join(runs, 'out') }, named('old'))
    const aside = join(runs, '.out.tocsin-previous-999999999')
    await rename(out, aside)
    await t.rejects(readRecord(out), { message: new RegExp(`the old record is whole: mv ${aside} ${out}`) })
    await checkOut(out)
    t.equal((await readRecord(out)).run.id, 'old')
  },
)

t.test('leftovers that belong to others are not touched', async (t) => {
  const folder = t.testdir({ '.other.tocsin-partial-999999999': { x: '1' }, '.out.partial-1': { x: '1' } })
  await writeRecord({ out: join(folder, 'out') }, named('a'))
  t.strictSame((await readdir(folder)).sort(), ['.other.tocsin-partial-999999999', '.out.partial-1', 'out'])
})

t.test('reports are put into the run folder one by one, over their old version', async (t) => {
  const runs = t.testdir()
  const path = await writeRecord({ runs }, named('a'))
  await writeReports(path, [{ path: 'report.md', content: 'one' }])
  const written = await writeReports(path, [
    { path: 'report.md', content: 'two' },
    { path: 'report.pdf', content: new Uint8Array([1, 2]) },
  ])
  t.strictSame(written, [join(path, 'report.md'), join(path, 'report.pdf')])
  t.equal(await readFile(join(path, 'report.md'), 'utf8'), 'two')
  await mkdir(join(path, 'report.csv'))
  await t.rejects(writeReports(path, [{ path: 'report.csv', content: 'x' }]), { code: 'NOT_WRITTEN' })
  t.notOk((await readdir(path)).some((name) => name.startsWith('.')))
})

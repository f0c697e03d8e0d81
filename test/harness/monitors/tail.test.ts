import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, copyFile, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'
import { MonitorError } from '../../../harness/errors.ts'
import { openTail } from '../../../harness/monitors/tail.ts'
import { followFile, temporaryDirectory } from './followed-file.ts'

/** Long enough that what arrives did so because the system told, not because of the regular check. */
const byEventsOnly = { checkEveryMs: 600_000 }

t.test('an existing file is read from its end, or from its start', async (t) => {
  const prepare = (path: string) => writeFile(path, 'old\n')
  await using fromEnd = await followFile(prepare, byEventsOnly)
  await appendFile(fromEnd.path, 'new\n')
  t.same(await fromEnd.take(1), ['new'])
  await using fromStart = await followFile(prepare, { ...byEventsOnly, from: 'start' })
  t.same(await fromStart.take(1), ['old'])
})

t.test('the end is where the file ended when it was opened, not when it is first read', async (t) => {
  await using followed = await followFile((path) => writeFile(path, 'old\n'), byEventsOnly)
  await appendFile(followed.path, 'a\nb\n')
  t.same(await followed.take(2), ['a', 'b'])
})

t.test('a line that was half written when the file was opened is not taken for a whole one', async (t) => {
  await using followed = await followFile((path) => writeFile(path, 'old\nhal'), byEventsOnly)
  await appendFile(followed.path, 'f\nnew\n')
  t.same(await followed.take(1), ['new'])
})

t.test('a line is given when it is complete, wherever a write cut it', async (t) => {
  await using followed = await followFile((path) => writeFile(path, ''), byEventsOnly)
  const line = 'grüße → 𝔗ocsin'
  const writing = (async () => {
    for (const byte of Buffer.from(`${line}\n`)) await appendFile(followed.path, Buffer.of(byte))
  })()
  t.same(await followed.take(1), [line])
  await writing
})

t.test('a file that appears late is read whole', async (t) => {
  await using followed = await followFile(() => {}, byEventsOnly)
  const next = followed.take(2)
  await writeFile(followed.path, 'first\nsecond\n')
  t.same(await next, ['first', 'second'])
})

t.test('after a rotation by name both files are read to their ends, in order', async (t) => {
  await using followed = await followFile((path) => writeFile(path, ''), byEventsOnly)
  await appendFile(followed.path, '1\n')
  t.same(await followed.take(1), ['1'])
  const { path } = followed
  await appendFile(path, '2\n')
  await rename(path, `${path}.1`)
  // As logrotate's `create` does: the new file is there, and the writer still has the old one.
  await writeFile(path, '')
  await appendFile(`${path}.1`, '3\n')
  t.same(await followed.take(2), ['2', '3'])
  await appendFile(`${path}.1`, '4\n')
  await appendFile(path, '5\n')
  t.same(await followed.take(2), ['4', '5'])
  await rename(path, `${path}.2`)
  await writeFile(path, '6\n')
  t.same(await followed.take(1), ['6'])
  t.same(followed.problems, [])
})

t.test('a line that the writer never finished before a rotation is reported', async (t) => {
  await using followed = await followFile((path) => writeFile(path, ''), byEventsOnly)
  await appendFile(followed.path, 'whole\nhal')
  t.same(await followed.take(1), ['whole'])
  await rename(followed.path, `${followed.path}.1`)
  await writeFile(followed.path, 'next\n')
  t.same(await followed.take(1), ['next'])
  t.same(followed.problems, [`a line of ${followed.path} was never finished: "hal"`])
})

t.test('a file that is copied and cut is read on from its beginning', async (t) => {
  await using followed = await followFile((path) => writeFile(path, ''), byEventsOnly)
  const { path } = followed
  await appendFile(path, 'one\ntwo\n')
  t.same(await followed.take(2), ['one', 'two'])
  await copyFile(path, `${path}.1`)
  await truncate(path)
  await appendFile(path, 'three\n')
  t.same(await followed.take(1), ['three'])
  await writeFile(path, 'four is longer than all before\nfive\n')
  t.same(
    await followed.take(2),
    ['four is longer than all before', 'five'],
    'also when it has grown past the old place',
  )
  t.match(followed.problems, [/was cut/, /was cut/])
})

t.test('a deleted file is waited for', async (t) => {
  await using followed = await followFile((path) => writeFile(path, ''), byEventsOnly)
  await appendFile(followed.path, 'one\n')
  t.same(await followed.take(1), ['one'])
  await rm(followed.path)
  const next = followed.take(1)
  await writeFile(followed.path, 'two\n')
  t.same(await next, ['two'])
})

t.test('what is written through a link is noticed where it is written', async (t) => {
  await using target = await temporaryDirectory()
  const real = join(target.path, 'real.json')
  await writeFile(real, '')
  await using followed = await followFile((path) => symlink(real, path), byEventsOnly)
  const next = followed.take(1)
  await appendFile(real, 'linked\n')
  t.same(await next, ['linked'])
})

t.test('without events the regular check finds what was written', async (t) => {
  await using followed = await followFile((path) => writeFile(path, ''), { checkEveryMs: 20 })
  // Renamed and written outside the directory, the file sends no event.
  await using elsewhere = await temporaryDirectory()
  const moved = join(elsewhere.path, 'moved')
  await rename(followed.path, moved)
  await appendFile(moved, 'silent\n')
  t.same(await followed.take(1), ['silent'])
})

t.test('a killed writer leaves its whole lines, and the half one is given at the end', async (t) => {
  await using followed = await followFile((path) => writeFile(path, ''), byEventsOnly)
  const writer = spawn('sh', ['-c', 'i=0; while :; do i=$((i+1)); echo "line $i"; done >> "$0"', followed.path])
  t.same(await followed.take(3), ['line 1', 'line 2', 'line 3'])
  writer.kill('SIGKILL')
  await once(writer, 'exit')
  await appendFile(followed.path, 'half')
  followed.tail.end()
  const rest = await followed.drain()
  t.equal(rest.at(-1), 'half')
  rest.slice(0, -1).forEach((line, place) => {
    if (line !== `line ${place + 4}`) t.fail(`"${line}" in place of line ${place + 4}`)
  })
})

t.test('a line beyond the limit costs itself and no other', async (t) => {
  await using followed = await followFile((path) => writeFile(path, ''), { ...byEventsOnly, longestLine: 1 << 20 })
  await appendFile(followed.path, `${'x'.repeat(3 << 20)}\nnext\n`)
  t.same(await followed.take(1), ['next'])
  t.match(followed.problems, [/longer than 1048576 bytes/])
})

t.test('after its end the file is read to the last byte, then the lines end', async (t) => {
  await using followed = await followFile((path) => writeFile(path, ''), byEventsOnly)
  await appendFile(followed.path, 'one\n')
  t.same(await followed.take(1), ['one'])
  await appendFile(followed.path, 'two\nthree')
  followed.tail.end()
  t.same(await followed.drain(), ['two', 'three'])
})

t.test('a fired signal, or disposal, ends the lines', async (t) => {
  const followed = await followFile((path) => writeFile(path, ''), byEventsOnly)
  const all = followed.drain()
  followed.abort.abort()
  t.same(await all, [])
  await followed[Symbol.asyncDispose]()
  const other = await followFile((path) => writeFile(path, ''), byEventsOnly)
  const rest = other.drain()
  await other[Symbol.asyncDispose]()
  t.same(await rest, [])
})

t.test('what cannot be followed is an error that says why', async (t) => {
  await using directory = await temporaryDirectory()
  const open = (path: string) => openTail({ path, from: 'end', signal: new AbortController().signal, report: () => {} })
  const absent = join(directory.path, 'absent', 'eve.json')
  await t.rejects(open(absent), {
    constructor: MonitorError,
    message: `${absent} cannot be read: there is no directory ${dirname(absent)}; create it or correct the path`,
  })
  await t.rejects(open(directory.path), {
    constructor: MonitorError,
    message: /cannot be read: it is (a directory|not a regular file)/,
  })
  await t.rejects(open('/dev/null'), { constructor: MonitorError, message: /not a regular file/ })
})

t.test('when the directory is removed the lines end with an error, not as if all were quiet', async (t) => {
  await using outer = await temporaryDirectory()
  const inner = join(outer.path, 'inner')
  await mkdir(inner)
  const path = join(inner, 'eve.json')
  await using tail = await openTail({
    path,
    from: 'end',
    signal: new AbortController().signal,
    report: () => {},
    checkEveryMs: 20,
  })
  const lines = tail.lines()[Symbol.asyncIterator]()
  const rejected = t.rejects(lines.next(), { constructor: MonitorError, message: `${inner} was removed` })
  await rm(inner, { recursive: true })
  await rejected
})

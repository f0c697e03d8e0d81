import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { HeardLog } from '../../../harness/campaign/heard.ts'
import { type Place, Spool } from '../../../harness/campaign/spool.ts'
import type { RecordedObservation } from '../../../harness/evidence/record.ts'
import type { Observation } from '../../../harness/monitors/observation.ts'
import { smallDisk } from '../evidence/scratch.ts'

const never = (error: Error) => {
  throw error
}

async function all(spool: Spool): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of spool.content()) pieces.push(piece)
  return Buffer.concat(pieces)
}

function filled(spool: Spool, count: number): { places: Place[]; texts: string[] } {
  const texts = Array.from({ length: count }, (_, index) => `${index} `.repeat(index % 50))
  return { texts, places: texts.map((text) => spool.add(Buffer.from(text))) }
}

t.test('what a spool takes is given back, from the disk and from what is not written yet', async (t) => {
  const path = join(t.testdir(), 'spool')
  const spool = new Spool(path, never)
  const { places, texts } = filled(spool, 2000)
  const written = (await readFile(path)).length
  t.ok(written > 100_000 && written < texts.join('').length, 'some is written and some waits')
  t.strictSame(
    places.map((place) => Buffer.from(spool.read(place)).toString()),
    texts,
  )
  t.equal((await all(spool)).toString(), texts.join(''))
  t.equal((await all(new Spool(join(t.testdir(), 'none'), never))).length, 0, 'an empty one makes no file')
})

t.test('a spool on a full disk keeps the rest in memory and says so once', async (t) => {
  const folder = join(t.testdir(), 'disk')
  await using _disk = await smallDisk(folder, '128k')
  const told: string[] = []
  const spool = new Spool(join(folder, 'spool'), ({ message }) => told.push(message))
  const { places, texts } = filled(spool, 4000)
  t.match(told, [/ENOSPC/])
  t.equal(told.length, 1)
  t.equal((await all(spool)).toString(), texts.join(''))
  t.equal(Buffer.from(spool.read(places.at(-1) as Place)).toString(), texts.at(-1))
})

t.test('a spool that somebody else cut short says so', async (t) => {
  const path = join(t.testdir(), 'spool')
  const spool = new Spool(path, never)
  const place = spool.add(Buffer.alloc(70_000))
  await writeFile(path, 'short')
  t.throws(() => spool.read(place), { message: /cut short/ })
})

t.test('observations come back in the order in which they were heard, with a claim that came later', async (t) => {
  const log = new HeardLog(new Spool(join(t.testdir(), 'spool'), never))
  const seen = (event: string, more: Partial<Observation> = {}): Observation => ({
    monitor: 'm',
    kind: 'telemetry',
    layer: 'flow',
    event,
    at: 1000,
    receivedAt: 2000,
    source: {},
    destination: {},
    raw: { event, text: 'a\u2028b\nc' },
    ...more,
  })
  const process = { pid: 1, ppid: 0, executable: '/x', commandLine: '', container: 'c' }
  const none = { trialId: null, phase: null, strength: null }
  log.add({ observation: seen('one'), trialId: 'a', phase: null, strength: 'flow' })
  log.add({ observation: seen('two', { kind: 'alert' }), ...none })
  log.add({ observation: seen('three', { layer: 'process', process }), ...none })
  log.add({ observation: seen('four', { kind: 'alert', layer: 'process', process }), ...none })
  log.add({ observation: seen('five'), trialId: 'b', phase: 'repeat', strength: 'marker' })
  Object.assign(log.ofProcesses[1] as object, { trialId: 'c', strength: 'process' })
  const read: RecordedObservation[] = []
  for await (const each of log.observations()) read.push(each)
  t.strictSame(
    read.map(({ event, trial, phase, matchedBy }) => [event, trial, phase, matchedBy]),
    [
      ['one', 'a', undefined, 'flow'],
      ['two', null, undefined, null],
      ['three', null, undefined, null],
      ['four', 'c', undefined, 'process'],
      ['five', 'b', 'repeat', 'marker'],
    ],
  )
  t.strictSame(read[0]?.raw, { event: 'one', text: 'a\u2028b\nc' })
})

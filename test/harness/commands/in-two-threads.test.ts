import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { here, inTwoThreads } from '../../../harness/commands/in-two-threads.ts'
import { InputError } from '../../../harness/errors.ts'
import { libraryIds } from '../../../harness/scenario/load.ts'

const scenario = (id: string, clause = 'malformed') => `id: ${id}
title: ICMP echo request ${id}
clause: ${clause}
description: For a test.
attack: { basis: author }
stimulus:
  generator: packets
  with: { frames: [{ from: client, note: odd, layers: [ipv4, icmp: { type: 44 }, payload: '\${marker} odd'] }] }
control:
  generator: packets
  with: { frames: [{ from: client, note: plain, layers: [ipv4, icmp: { type: echoRequest }, payload: '\${marker} plain'] }] }
expect:
  alert: [{ layer: packet, rules: { suricata: [2200024] } }]
  telemetry: [packet]
`

function libraryOf(t: Test, count: number, changed: Record<string, string> = {}): string {
  const ids = Array.from({ length: count }, (_, index) => `one-${index + 1}`)
  const files = ids.map((id) => [`${id}.yaml`, changed[id] ?? scenario(id)])
  return t.testdir({ malformed: Object.fromEntries(files) })
}

t.test('two threads count what one would, and write the same files', async (t) => {
  const files = libraryOf(t, 151)
  const ids = libraryIds(files)
  t.same(await inTwoThreads('validate', { files }), { scenarios: 151, cases: 151 })
  t.same(here('validate', { files, ids }), { counts: { scenarios: 151, cases: 151 } })
  const folder = join(files, 'pcaps')
  t.same(await inTwoThreads('render', { files, folder, startMs: 0 }), { files: 302 })
  t.equal((await readdir(folder)).length, 302)
})

t.test('problems of both threads are told together, in the order of the files', async (t) => {
  const wrong = (id: string) => scenario(id).replace('title:', 'titel:')
  const files = libraryOf(t, 120, { 'one-7': wrong('one-7'), 'one-8': wrong('one-8'), 'one-100': wrong('one-100') })
  await writeFile(join(files, 'malformed', 'one-9.yaml'), scenario('one-9', 'extraneous'))
  const error: unknown = await inTwoThreads('validate', { files }).catch((thrown: unknown) => thrown)
  if (!(error instanceof InputError)) return t.fail(String(error))
  const places = error.message.split('\n').map((line) => /one-\d+\.yaml:\d+/.exec(line)?.[0])
  t.same(places, [
    'one-7.yaml:1',
    'one-7.yaml:2',
    'one-8.yaml:1',
    'one-8.yaml:2',
    'one-9.yaml:3',
    'one-100.yaml:1',
    'one-100.yaml:2',
  ])
})

t.test('a folder that cannot be used is one message, however large it is', async (t) => {
  await t.rejects(inTwoThreads('validate', { files: join(t.testdir(), 'none') }), {
    name: 'InputError',
    message: /no such file/,
  })
  await t.rejects(inTwoThreads('validate', { files: t.testdir({ malformed: {} }) }), { message: /holds no scenario/ })
})

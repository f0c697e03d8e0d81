import { appendFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { MonitorError } from '../../../harness/errors.ts'
import type { Observation } from '../../../harness/monitors/observation.ts'
import { openMonitor } from '../../../harness/monitors/registry.ts'
import { temporaryDirectory } from './followed-file.ts'
import { eveLines, evePath } from './suricata-sample.ts'

const open = async (path: string, settings: Record<string, unknown> = {}) => {
  const warnings: string[] = []
  const log = { debug() {}, warn: (message: string) => void warnings.push(message) }
  const context = { signal: new AbortController().signal, clock: () => 1234.5, log }
  const monitor = await openMonitor({ type: 'suricata-eve', name: 'eve', path, ...settings }, context)
  return { monitor, warnings }
}

async function collect(batches: AsyncIterable<Observation[]>): Promise<Observation[]> {
  const all: Observation[] = []
  for await (const batch of batches) all.push(...batch)
  return all
}

t.test('a whole log of a real Suricata gives an observation for every record but the engine’s own', async (t) => {
  const { monitor } = await open(evePath, { from: 'start' })
  await using _ = monitor
  t.match(await monitor.probe(), { version: null, detail: /77676 bytes so far, read from the start/ })
  monitor.end()
  const all = await collect(monitor.observations())
  t.equal(all.length, eveLines.length - 1)
  t.equal(all.filter(({ kind }) => kind === 'alert').length, 23)
  t.ok(all.every(({ receivedAt, monitor }) => receivedAt === 1234.5 && monitor === 'eve'))
  t.same(monitor.problems(), [])
})

t.test('junk between the records is counted and named, and hides nothing', async (t) => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'eve.json')
  const { monitor, warnings } = await open(path)
  await using _ = monitor
  t.match(await monitor.probe(), { detail: /not there yet/ })
  const [record] = eveLines as [string]
  const junk = ['not json', '[1]', 'null', '{"event_type":7}', '"text"', record.slice(0, 80), `\x00\x00${record}`]
  await writeFile(path, `\n${junk.map((line) => `${line}\n${record}\r\n`).join('')}`)
  await appendFile(path, record.slice(0, 40))
  monitor.end()
  t.equal((await collect(monitor.observations())).length, junk.length)
  t.match(monitor.problems(), [`${junk.length + 1} lines of ${path} could not be read; the first: "not json"`])
  t.match(warnings, [/^1 line of /])
})

t.test('an alert whose text imitates an engine record is not left out', async (t) => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'eve.json')
  const payload_printable = '{"event_type":"stats"}'
  await writeFile(path, `${JSON.stringify({ event_type: 'alert', alert: { signature_id: 1 }, payload_printable })}\n`)
  const { monitor } = await open(path, { from: 'start' })
  await using _ = monitor
  monitor.end()
  t.equal((await collect(monitor.observations())).length, 1)
})

t.test('a source that has gone is an error, never an absence of alerts', async (t) => {
  await using directory = await temporaryDirectory()
  const { monitor } = await open(join(directory.path, 'eve.json'))
  await using _ = monitor
  await rm(directory.path, { recursive: true })
  await t.rejects(monitor.probe(), { constructor: MonitorError, code: 'MONITOR_FAILED' })
  await t.rejects(collect(monitor.observations()), { constructor: MonitorError, code: 'MONITOR_FAILED', exitCode: 3 })
})

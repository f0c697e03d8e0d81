import { readdir, readFile } from 'node:fs/promises'
import t from 'tap'
import { z } from 'zod'
import { InputError, MonitorError } from '../../../harness/errors.ts'
import { layers } from '../../../harness/monitors/observation.ts'
import { monitorTypes, openMonitor } from '../../../harness/monitors/registry.ts'

const context = { signal: new AbortController().signal, clock: Date.now, log: { debug() {}, warn() {} } }
const folder = new URL('../../../harness/monitors/', import.meta.url)

t.test('every monitor in the folder is registered, under the name of its file', async (t) => {
  const defined: string[] = []
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.js') || file === 'monitor.js') continue
    if ((await readFile(new URL(file, folder), 'utf8')).includes('defineMonitor('))
      defined.push(file.replace('.js', ''))
  }
  t.same(defined.sort(), monitorTypes.map(({ type }) => type).sort())
})

t.test('every monitor describes itself, its layers and its settings', async (t) => {
  for (const monitor of monitorTypes) {
    t.match(monitor.title, /^\S.{10,}[^.]$/)
    t.ok(monitor.layers.length > 0 && monitor.layers.every((layer) => layers.includes(layer)))
    const schema = z.toJSONSchema(monitor.settings, { io: 'input' })
    t.equal(schema.additionalProperties, false, 'unknown settings are refused')
    for (const [name, setting] of Object.entries(schema.properties ?? {}))
      t.ok(typeof setting === 'object' && setting.description, `${monitor.type} says what ${name} is`)
  }
})

t.test('a wrong entry is named and nothing is opened', async (t) => {
  await t.rejects(openMonitor({ type: 'suricata-eev', name: 'x' }, context), {
    constructor: InputError,
    message: 'monitor "x": unknown type "suricata-eev"; did you mean "suricata-eve"?',
  })
  await t.rejects(openMonitor({ type: 'suricata-eve', name: 'x' }, context), {
    constructor: InputError,
    message: /^monitor "x" \(suricata-eve\): path: /,
  })
  await t.rejects(openMonitor({ type: 'suricata-eve', name: 'x', path: '/tmp/e', pat: 1 }, context), InputError)
  await t.rejects(openMonitor({ type: 'suricata-eve', name: 'x', path: '/no/such/place/eve.json' }, context), {
    constructor: MonitorError,
    message: /no directory \/no\/such\/place/,
  })
})

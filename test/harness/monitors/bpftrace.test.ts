import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { MonitorError } from '../../../harness/errors.ts'
import type { Observation } from '../../../harness/monitors/observation.ts'
import { openMonitor } from '../../../harness/monitors/registry.ts'

const rules = fileURLToPath(new URL('../../../../harness/sensors/endpoint/sigma-bpf', import.meta.url))
const context = { signal: new AbortController().signal, clock: () => 7, log: { debug() {}, warn() {} } }
const container = 'c'.repeat(64)
/** As companion.pl wrote them, shortened. */
const shell = {
  event: 'exec',
  at: 1795656697719.102,
  container,
  pid: 30,
  ppid: 20,
  uid: 200001,
  name: 'dash',
  deleted: false,
  stdin: 'socket',
  arguments: ['sh', '-i'],
  environment: { TOCSIN_MARKER: '0a1b2c3d' },
}
const ring = {
  event: 'connect',
  at: 1795656697722.493,
  container,
  pid: 31,
  ppid: 20,
  name: 'python3',
  protocol: 'tcp',
  result: 'established',
  call: 'other',
  source: { address: '198.18.0.84', port: 33090 },
  destination: { address: '2001:DB8::0:1', port: 8443 },
}
const preloaded = { ...shell, stdin: 'other', name: 'sort', environment: { LD_PRELOAD: '/tmp/x.so' } }
const ordinary = { ...ring, call: 'connect' }
const titles = (seen: Observation[]) => seen.flatMap(({ rule }) => rule?.name ?? [])

t.test('programs and connections, with both ports, and an alert for every rule that they fit', async (t) => {
  const { seen, monitor } = await read(t.testdir(), [shell, ring, preloaded, ordinary, { event: 'exec', pid: 1 }])
  t.match(seen[0], {
    kind: 'telemetry',
    layer: 'process',
    event: 'exec',
    at: 1795656697719.102,
    receivedAt: 7,
    source: {},
    process: { pid: 30, ppid: 20, executable: 'dash', commandLine: 'sh -i', container },
  })
  t.match(
    seen.find(({ event }) => event === 'connect'),
    {
      layer: 'process-network',
      protocol: 'tcp',
      source: { address: '198.18.0.84', port: 33090 },
      destination: { address: '2001:db8::1', port: 8443 },
    },
  )
  t.same(titles(seen), [
    'TOCSIN Shell that reads its commands from a socket',
    'TOCSIN Connection that no call of connect asked for',
    'TOCSIN Program is executed with a preloaded library',
  ])
  t.ok(seen.every(({ rule }) => rule === undefined || rule.product === 'tocsin'))
  t.match(monitor.problems(), [/1 line of .* could not be read/])
})

t.test('rules that need what bpftrace does not tell are said to be of no use', async (t) => {
  const folder = t.testdir({
    'image.yml': `title: Image
logsource: { product: linux, category: network_connection }
detection: { selection: { Image|endswith: /sh }, condition: selection }
`,
  })
  const entry = { type: 'bpftrace', name: 'bpf', path: join(folder, 'bpf.jsonl'), rules: [join(folder, 'image.yml')] }
  await t.rejects(openMonitor(entry, context), { constructor: MonitorError, message: /has no field Image/ })
})

async function read(folder: string, events: readonly object[]) {
  const path = join(folder, 'bpf.jsonl')
  writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  const monitor = await openMonitor({ type: 'bpftrace', name: 'bpf', path, from: 'start', rules: [rules] }, context)
  t.teardown(() => monitor[Symbol.asyncDispose]())
  monitor.end()
  const seen: Observation[] = []
  for await (const batch of monitor.observations()) seen.push(...batch)
  return { seen, monitor }
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { MonitorError } from '../../../harness/errors.ts'
import type { Observation } from '../../../harness/monitors/observation.ts'
import { openMonitor } from '../../../harness/monitors/registry.ts'

const context = { signal: new AbortController().signal, clock: () => 7, log: { debug() {}, warn() {} } }
const line = JSON.stringify({
  ID: '1795489835.110:1',
  SYSCALL: { SYSCALL: 'execve', success: 'yes', pid: 20, ppid: 10, exe: '/usr/bin/dash' },
  EXECVE: { ARGV: ['sh', '-c', 'rm 100%25'] },
  CONTAINER_INFO: { ID: 'c'.repeat(64) },
})
const rule = `title: Remove
id: 11111111-1111-4111-8111-111111111111
logsource: { product: linux, category: process_creation }
detection:
  selection: { CommandLine|contains: 'rm 100%' }
  condition: selection
`

t.test('an event is telemetry, and an alert for every rule that it fits', async (t) => {
  const folder = t.testdir({ rules: { 'remove.yml': rule, 'broken.yml': 'title: Broken\n' }, 'audit.jsonl': '' })
  const path = join(folder, 'audit.jsonl')
  writeFileSync(path, `${line}\nno JSON\n`)
  const monitor = await openMonitor(
    { type: 'laurel', name: 'audit', path, from: 'start', rules: [join(folder, 'rules')] },
    context,
  )
  t.teardown(() => monitor[Symbol.asyncDispose]())
  t.match(await monitor.probe(), { detail: /1 Sigma rules, 1 that cannot be used/ })
  monitor.end()
  const seen: Observation[] = []
  for await (const batch of monitor.observations()) seen.push(...batch)
  t.match(seen, [
    { kind: 'telemetry', layer: 'process', event: 'execve' },
    {
      kind: 'alert',
      layer: 'process',
      rule: { product: 'sigma', id: /^1{8}-/, name: 'Remove' },
      process: { commandLine: 'sh -c rm 100%' },
    },
  ])
  t.equal(seen.length, 2)
  t.match(monitor.problems(), [
    /1 line of .* could not be read/,
    /1 Sigma rules cannot be used; the first: .*broken.yml/,
  ])
})

t.test('rules of which none can be used are an error, and so is a folder that is not there', async (t) => {
  const folder = t.testdir({ rules: { 'broken.yml': 'title: Broken\n' } })
  const entry = { type: 'laurel', name: 'audit', path: join(folder, 'audit.jsonl') }
  await t.rejects(openMonitor({ ...entry, rules: [join(folder, 'rules')] }, context), {
    constructor: MonitorError,
    message: /none of the Sigma rules/,
  })
  await t.rejects(openMonitor({ ...entry, rules: [join(folder, 'none')] }, context), {
    constructor: MonitorError,
    message: /Sigma: .*none: ENOENT/,
  })
})

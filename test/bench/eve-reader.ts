import { openMonitor } from '../../harness/monitors/registry.ts'

/** What one process that read a whole EVE log found, and the most memory that it took. */
export interface EveReading {
  observations: number
  alerts: number
  peakMemoryMiB: number
}

const [path] = process.argv.slice(2)
await using monitor = await openMonitor(
  { type: 'suricata-eve', name: 'eve', path, from: 'start' },
  { signal: new AbortController().signal, clock: Date.now, log: { debug() {}, warn: console.error } },
)
monitor.end()
const reading: EveReading = { observations: 0, alerts: 0, peakMemoryMiB: 0 }
for await (const batch of monitor.observations()) {
  reading.observations += batch.length
  for (const { kind } of batch) if (kind === 'alert') reading.alerts++
}
reading.peakMemoryMiB = process.resourceUsage().maxRSS / 1024
process.stdout.write(`${JSON.stringify(reading)}\n`)

import { z } from 'zod'
import { observeEve } from './eve-record.ts'
import { parseJsonLine } from './json-line.ts'
import { JunkCount } from './junk-count.ts'
import { defineMonitor, type Monitor } from './monitor.ts'
import type { Layer, Observation } from './observation.ts'
import { ownFile } from './own-file.ts'
import { openSigma, type SigmaAlerts } from './sigma-alerts.ts'
import { readSuricataConfiguration } from './suricata-configuration.ts'
import { fileSize, openTail } from './tail.ts'

const settings = z.strictObject({
  path: z.string().min(1).describe("Suricata's eve.json."),
  from: z
    .enum(['start', 'end'])
    .default('end')
    .describe('Where to begin in a file that exists already; one that appears later is read whole.'),
  rules: z
    .array(z.string().min(1))
    .optional()
    .describe(
      "Copies of Suricata's rule files, or folders of them: `tocsin why` says which rule is switched off, and where.",
    ),
  thresholds: z.string().min(1).optional().describe("A copy of Suricata's threshold file, for the same purpose."),
  configuration: z
    .string()
    .min(1)
    .optional()
    .describe('A copy of suricata.yaml, or what `suricata --dump-config` prints: which parsers are switched off.'),
  sigma: z
    .array(z.string().min(1))
    .default([])
    .describe('Sigma rules: files, or folders with all that is in them. A record that fits one is an alert.'),
  pipeline: z
    .string()
    .min(1)
    .optional()
    .describe('How the fields of the Sigma rules are found in the records; absent: as EVE has them.'),
})

const layers = ['flow', 'packet', 'stream'] as const satisfies readonly Layer[]

/** Reads the EVE log of a Suricata while it is written. */
export const suricataEve = defineMonitor<z.output<typeof settings>>({
  type: 'suricata-eve',
  title: "Suricata's EVE log in a file: alerts, anomalies, flows and protocol records",
  product: 'suricata',
  settings,
  layers,
  async open(given, { name, signal, clock, log }): Promise<Monitor> {
    const { path, from } = given
    const sigma = openSigma(name, given.sigma, given.pipeline ?? ownFile('harness/sigma/pipelines/eve.yaml'))
    const lost: string[] = []
    const junk = new JunkCount(path, (message) => log.warn(message))
    const report = (problem: string) => {
      // A file that is cut every second must not fill the memory with reports.
      if (lost.length < 100) lost.push(problem)
      log.warn(problem)
    }
    const known = configurationOf(given, sigma)
    const tail = await openTail({ path, from, signal, report })
    return {
      name,
      layers,
      ...known,
      async probe() {
        const bytes = await fileSize(path)
        const size = bytes === null ? 'not there yet' : `${bytes} bytes so far, read from the ${from}`
        return { version: null, detail: `${path}: ${size}` }
      },
      async *observations() {
        for await (const lines of tail.lines()) {
          const told = read(lines, name, clock(), junk)
          const batch = sigma.size === 0 ? told : [...told, ...told.flatMap(sigma.alerts)]
          if (batch.length > 0) yield batch
        }
      },
      end: () => tail.end(),
      problems: () => [...lost, ...(junk.count > 0 ? [junk.sentence()] : []), ...sigma.problems()],
      [Symbol.asyncDispose]: () => tail[Symbol.asyncDispose](),
    }
  },
})

/** What is known of the product's own rules, and of the Sigma rules beside them; nothing where no file is named. */
function configurationOf(
  { rules, thresholds, configuration }: z.output<typeof settings>,
  sigma: SigmaAlerts,
): Pick<Monitor, 'configuration'> {
  if (rules === undefined && configuration === undefined)
    return sigma.size === 0 ? {} : { configuration: sigma.configuration }
  const own = readSuricataConfiguration({ rules: rules ?? [], thresholds, configuration })
  const { files, rules: others } = sigma.configuration
  return { configuration: { ...own, files: [...own.files, ...files], rules: [...own.rules, ...others] } }
}

/** Long, and not about traffic: not worth parsing. Inside a string of the record the quotes would be escaped. */
const stats = '"event_type":"stats"'
const shortestStats = 2000

function read(lines: readonly string[], monitor: string, receivedAt: number, junk: JunkCount): Observation[] {
  const batch: Observation[] = []
  for (const line of lines) {
    if (line === '' || line === '\r') continue
    if (line.length > shortestStats && line.includes(stats)) continue
    const record = parseJsonLine(line)
    const observation = record === null ? undefined : observeEve(record, monitor, receivedAt)
    if (observation === undefined) junk.add(line)
    else if (observation !== null) batch.push(observation)
  }
  return batch
}

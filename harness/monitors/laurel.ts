import { z } from 'zod'
import { parseJsonLine } from './json-line.ts'
import { JunkCount } from './junk-count.ts'
import { observeLaurel, readLaurel } from './laurel-event.ts'
import { defineMonitor, type Monitor } from './monitor.ts'
import type { Layer, Observation } from './observation.ts'
import { ownFile } from './own-file.ts'
import { ProcessTable } from './process-table.ts'
import { openSigma } from './sigma-alerts.ts'
import { fileSize, openTail } from './tail.ts'

const settings = z.strictObject({
  path: z.string().min(1).describe("laurel's audit.log: one event a line, in JSON."),
  from: z
    .enum(['start', 'end'])
    .default('end')
    .describe('Where to begin in a file that exists already; one that appears later is read whole.'),
  rules: z
    .array(z.string().min(1))
    .default([])
    .describe('Sigma rules: files, or folders with all that is in them. An event that fits one is an alert.'),
  pipeline: z
    .string()
    .min(1)
    .optional()
    .describe('How the fields of the rules are found in the events; absent: as laurel has them.'),
})

const layers = ['process', 'process-network'] as const satisfies readonly Layer[]

/** Reads the kernel's audit as laurel writes it, and what Sigma rules find in it. */
export const laurel = defineMonitor<z.output<typeof settings>>({
  type: 'laurel',
  title: "laurel's audit log in a file: processes and their connections, and the alerts of Sigma rules on them",
  product: 'sigma',
  settings,
  layers,
  async open({ path, from, rules, pipeline }, { name, signal, clock, log }): Promise<Monitor> {
    const sigma = openSigma(name, rules, pipeline ?? ownFile('harness/sigma/pipelines/audit.yaml'))
    const lost: string[] = []
    const junk = new JunkCount(path, (message) => log.warn(message))
    const report = (problem: string) => {
      if (lost.length < 100) lost.push(problem)
      log.warn(problem)
    }
    const tail = await openTail({ path, from, signal, report })
    const table = new ProcessTable()
    return {
      name,
      layers,
      configuration: sigma.configuration,
      async probe() {
        const bytes = await fileSize(path)
        const size = bytes === null ? 'not there yet' : `${bytes} bytes so far, read from the ${from}`
        const detail = `${path}: ${size}; ${sigma.size} Sigma rules, ${sigma.rejected} that cannot be used`
        return { version: null, detail }
      },
      async *observations() {
        for await (const lines of tail.lines()) {
          const batch: Observation[] = []
          for (const line of lines) if (line !== '') batch.push(...observed(line))
          if (batch.length > 0) yield batch
        }
      },
      end: () => tail.end(),
      problems: () => [...lost, ...(junk.count > 0 ? [junk.sentence()] : []), ...sigma.problems()],
      [Symbol.asyncDispose]: () => tail[Symbol.asyncDispose](),
    }

    function observed(line: string): Observation[] {
      const record = parseJsonLine(line)
      const event = record === null ? undefined : readLaurel(record, table)
      if (event === undefined) {
        junk.add(line)
        return []
      }
      const receivedAt = clock()
      const telemetry = observeLaurel(event, name, receivedAt)
      if (telemetry === null) return []
      return [telemetry, ...sigma.alerts(telemetry)]
    }
  },
})

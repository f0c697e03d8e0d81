import { z } from 'zod'
import { observeBpftrace, readBpftrace } from './bpftrace-event.ts'
import { parseJsonLine } from './json-line.ts'
import { JunkCount } from './junk-count.ts'
import { defineMonitor, type Monitor } from './monitor.ts'
import type { Layer, Observation } from './observation.ts'
import { ownFile } from './own-file.ts'
import { openSigma } from './sigma-alerts.ts'
import { fileSize, openTail } from './tail.ts'

const settings = z.strictObject({
  path: z.string().min(1).describe('What the companion of the endpoint sensor writes: one event a line, in JSON.'),
  from: z
    .enum(['start', 'end'])
    .default('end')
    .describe('Where to begin in a file that exists already; one that appears later is read whole.'),
  rules: z
    .array(z.string().min(1))
    .default([])
    .describe('Sigma rules: files, or folders with all that is in them. An event that fits one is an alert.'),
})

const layers = ['process', 'process-network'] as const satisfies readonly Layer[]

/** Reads what bpftrace tells beside the kernel's audit, and what Sigma rules find in it. */
export const bpftrace = defineMonitor<z.output<typeof settings>>({
  type: 'bpftrace',
  title: 'bpftrace beside the endpoint sensor: both ports of connections, io_uring, standard input, environment',
  product: 'sigma',
  settings,
  layers,
  async open({ path, from, rules }, { name, signal, clock, log }): Promise<Monitor> {
    const sigma = openSigma(name, rules, ownFile('harness/sigma/pipelines/bpftrace.yaml'))
    const lost: string[] = []
    const junk = new JunkCount(path, (message) => log.warn(message))
    const report = (problem: string) => {
      if (lost.length < 100) lost.push(problem)
      log.warn(problem)
    }
    const tail = await openTail({ path, from, signal, report })
    return {
      name,
      layers,
      configuration: sigma.configuration,
      async probe() {
        const bytes = await fileSize(path)
        const size = bytes === null ? 'not there yet' : `${bytes} bytes so far, read from the ${from}`
        return { version: null, detail: `${path}: ${size}; ${sigma.size} Sigma rules` }
      },
      async *observations() {
        for await (const lines of tail.lines()) {
          const batch = lines.flatMap((line) => (line === '' ? [] : observed(line)))
          if (batch.length > 0) yield batch
        }
      },
      end: () => tail.end(),
      problems: () => [...lost, ...(junk.count > 0 ? [junk.sentence()] : []), ...sigma.problems()],
      [Symbol.asyncDispose]: () => tail[Symbol.asyncDispose](),
    }

    function observed(line: string): Observation[] {
      const record = parseJsonLine(line)
      const event = record === null ? undefined : readBpftrace(record)
      if (event === undefined) {
        junk.add(line)
        return []
      }
      const telemetry = observeBpftrace(event, name, clock())
      return [telemetry, ...sigma.alerts(telemetry)]
    }
  },
})

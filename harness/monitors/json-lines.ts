import { z } from 'zod'
import type { MonitorConfiguration } from './configuration.ts'
import { parseJsonLine } from '../json-line.ts'
import { JunkCount } from './junk-count.ts'
import type { Monitor, MonitorContext } from './monitor.ts'
import type { Layer, Observation } from './observation.ts'
import type { SigmaAlerts } from './sigma-alerts.ts'
import { fileSize, openTail } from './tail.ts'

/** Setting of every monitor that reads a file while it is written. */
export const from = z
  .enum(['start', 'end'])
  .default('end')
  .describe('Where to begin in a file that exists already; one that appears later is read whole.')

/** Setting of every monitor that evaluates Sigma rules over what it reads. */
export const sigmaRules = z
  .array(z.string().min(1))
  .default([])
  .describe('Sigma rules: files, or folders with all that is in them. A record that fits one is an alert.')

/** A log of JSON objects, one a line, and what its records tell. */
export interface JsonLines {
  path: string
  from: z.output<typeof from>
  layers: readonly Layer[]
  sigma: SigmaAlerts
  /** What is known of the product's rules; absent where nothing is. */
  configuration?: MonitorConfiguration
  /** Whether a line is not worth parsing. */
  skips?: (line: string) => boolean
  /** What a record tells: null when it is nothing of ours, undefined when it is no such record at all. */
  observe: (record: Record<string, unknown>, receivedAt: number) => Observation | null | undefined
}

/** Problems that are kept: a file that is cut every second must not fill the memory with reports. */
const mostProblems = 100

/**
 * Reads such a log while it is written: telemetry, and behind each record the alerts of Sigma rules on it.
 * @throws MonitorError when the file is not one that can be read
 */
export async function openJsonLines(
  { path, from, layers, sigma, configuration, skips, observe }: JsonLines,
  { name, signal, clock, log }: MonitorContext,
): Promise<Monitor> {
  const lost: string[] = []
  const junk = new JunkCount(path, (message) => log.warn(message))
  const report = (problem: string) => {
    if (lost.length < mostProblems) lost.push(problem)
    log.warn(problem)
  }
  const tail = await openTail({ path, from, signal, report })
  return {
    name,
    layers,
    ...(configuration && { configuration }),
    async probe() {
      const bytes = await fileSize(path)
      const size = bytes === null ? 'not there yet' : `${bytes} bytes so far, read from the ${from}`
      const rules =
        sigma.size + sigma.rejected === 0 ? '' : `; ${sigma.size} Sigma rules, ${sigma.rejected} that cannot be used`
      return { version: null, detail: `${path}: ${size}${rules}` }
    },
    async *observations() {
      for await (const lines of tail.lines()) {
        const batch = read(lines, clock())
        if (batch.length > 0) yield batch
      }
    },
    end: () => tail.end(),
    problems: () => [...lost, ...(junk.count > 0 ? [junk.sentence()] : []), ...sigma.problems()],
    [Symbol.asyncDispose]: () => tail[Symbol.asyncDispose](),
  }

  function read(lines: readonly string[], receivedAt: number): Observation[] {
    const batch: Observation[] = []
    for (const line of lines) {
      if (line === '' || line === '\r' || skips?.(line)) continue
      const record = parseJsonLine(line)
      const observation = record === null ? undefined : observe(record, receivedAt)
      if (observation === undefined) junk.add(line)
      if (!observation) continue
      batch.push(observation)
      if (sigma.size > 0) batch.push(...sigma.alerts(observation))
    }
    return batch
  }
}

import { z } from 'zod'
import { MonitorError } from '../errors.ts'
import { observeBpftrace, readBpftrace } from './bpftrace-event.ts'
import { parseJsonLine } from './json-line.ts'
import { JunkCount } from './junk-count.ts'
import { defineMonitor, type Monitor } from './monitor.ts'
import type { Layer, Observation } from './observation.ts'
import { ownFile } from './own-file.ts'
import { sigmaEngine, whyNot } from './sigma-rules.ts'
import { fileSize, openTail } from './tail.ts'
import { isTocsinSigma, tocsin } from './tocsin-rule.ts'

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
    const { engine, rejected, configuration } = sigmaEngine(rules, ownFile('harness/sigma/pipelines/bpftrace.yaml'))
    if (rules.length > 0 && engine.size === 0)
      throw new MonitorError(
        `monitor "${name}": none of the Sigma rules in ${rules.join(', ')} can be used${whyNot(rejected)}`,
      )
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
      configuration,
      async probe() {
        const bytes = await fileSize(path)
        const size = bytes === null ? 'not there yet' : `${bytes} bytes so far, read from the ${from}`
        return { version: null, detail: `${path}: ${size}; ${engine.size} Sigma rules` }
      },
      async *observations() {
        for await (const lines of tail.lines()) {
          const batch = lines.flatMap((line) => (line === '' ? [] : observed(line)))
          if (batch.length > 0) yield batch
        }
      },
      end: () => tail.end(),
      problems: () => [
        ...lost,
        ...(junk.count > 0 ? [junk.sentence()] : []),
        ...(rejected.length > 0
          ? [`monitor "${name}": ${rejected.length} Sigma rules cannot be used${whyNot(rejected)}`]
          : []),
      ],
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
      const alerts = engine.evaluate(event, telemetry.at).map(
        ({ rule }): Observation => ({
          ...telemetry,
          kind: 'alert',
          rule: { product: isTocsinSigma(rule) ? tocsin : 'sigma', id: rule.id, name: rule.title },
        }),
      )
      return [telemetry, ...alerts]
    }
  },
})

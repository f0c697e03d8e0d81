import { z } from 'zod'
import { observeBpftrace, readBpftrace } from './bpftrace-event.ts'
import { from, openJsonLines, sigmaRules } from './json-lines.ts'
import { defineMonitor, type Monitor } from './monitor.ts'
import type { Layer } from './observation.ts'
import { ownFile } from './own-file.ts'
import { openSigma } from './sigma-alerts.ts'

const settings = z.strictObject({
  path: z.string().min(1).describe('What the companion of the endpoint sensor writes: one event a line, in JSON.'),
  from,
  rules: sigmaRules,
})

const layers = ['process', 'process-network'] as const satisfies readonly Layer[]

/** Reads what bpftrace tells beside the kernel's audit, and what Sigma rules find in it. */
export const bpftrace = defineMonitor<z.output<typeof settings>>({
  type: 'bpftrace',
  title: 'bpftrace beside the endpoint sensor: both ports of connections, io_uring, standard input, environment',
  product: 'sigma',
  settings,
  layers,
  async open({ path, from, rules }, context): Promise<Monitor> {
    const sigma = openSigma(context.name, rules, ownFile('harness/sigma/pipelines/bpftrace.yaml'))
    return openJsonLines(
      {
        path,
        from,
        layers,
        sigma,
        configuration: sigma.configuration,
        observe(record, receivedAt) {
          const event = readBpftrace(record)
          return event && observeBpftrace(event, context.name, receivedAt)
        },
      },
      context,
    )
  },
})

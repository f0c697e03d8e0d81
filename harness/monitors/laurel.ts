import { z } from 'zod'
import { from, openJsonLines, sigmaRules } from './json-lines.ts'
import { observeLaurel, readLaurel } from './laurel-event.ts'
import { defineMonitor, type Monitor } from './monitor.ts'
import type { Layer } from './observation.ts'
import { ownFile } from './own-file.ts'
import { ProcessTable } from './process-table.ts'
import { openSigma } from './sigma-alerts.ts'

const settings = z.strictObject({
  path: z.string().min(1).describe("laurel's audit.log: one event a line, in JSON."),
  from,
  rules: sigmaRules,
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
  async open({ path, from, rules, pipeline }, context): Promise<Monitor> {
    const sigma = openSigma(context.name, rules, pipeline ?? ownFile('harness/sigma/pipelines/audit.yaml'))
    const table = new ProcessTable()
    return openJsonLines(
      {
        path,
        from,
        layers,
        sigma,
        configuration: sigma.configuration,
        observe(record, receivedAt) {
          const event = readLaurel(record, table)
          return event && observeLaurel(event, context.name, receivedAt)
        },
      },
      context,
    )
  },
})

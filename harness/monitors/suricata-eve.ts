import { z } from 'zod'
import { observeEve } from './eve-record.ts'
import { from, openJsonLines, sigmaRules } from './json-lines.ts'
import { defineMonitor, type Monitor } from './monitor.ts'
import type { Layer } from './observation.ts'
import { ownFile } from './own-file.ts'
import { openSigma, type SigmaAlerts } from './sigma-alerts.ts'
import { readSuricataConfiguration } from './suricata-configuration.ts'

const settings = z.strictObject({
  path: z.string().min(1).describe("Suricata's eve.json."),
  from,
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
  sigma: sigmaRules,
  pipeline: z
    .string()
    .min(1)
    .optional()
    .describe('How the fields of the Sigma rules are found in the records; absent: as EVE has them.'),
})

const layers = ['flow', 'packet', 'stream'] as const satisfies readonly Layer[]

/** Long, and not about traffic: not worth parsing. Inside a string of the record the quotes would be escaped. */
const stats = '"event_type":"stats"'
const shortestStats = 2000

/** Reads the EVE log of a Suricata while it is written. */
export const suricataEve = defineMonitor<z.output<typeof settings>>({
  type: 'suricata-eve',
  title: "Suricata's EVE log in a file: alerts, anomalies, flows and protocol records",
  product: 'suricata',
  settings,
  layers,
  async open(given, context): Promise<Monitor> {
    const { path, from, pipeline } = given
    const sigma = openSigma(context.name, given.sigma, pipeline ?? ownFile('harness/sigma/pipelines/eve.yaml'))
    return openJsonLines(
      {
        path,
        from,
        layers,
        sigma,
        ...configurationOf(given, sigma),
        skips: (line) => line.length > shortestStats && line.includes(stats),
        observe: (record, receivedAt) => observeEve(record, context.name, receivedAt),
      },
      context,
    )
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

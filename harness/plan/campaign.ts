import { z } from 'zod'
import { explain } from '../scenario/explain.ts'
import { inputError } from '../scenario/problem.ts'
import { clauses, duration, slug } from '../scenario/schema.ts'
import type { Source } from '../scenario/source.ts'
import { parseYaml } from '../scenario/yaml.ts'
import { consoleSchema } from './console.ts'
import { subnetProblem } from './subnet.ts'

/** Picks scenarios; every given list must match (and within a list, any entry). `*` and `?` are wildcards. */
const selection = z.strictObject({
  ids: z.array(z.string().min(1).max(100)).min(1).optional().describe('Scenario ids; * and ? are wildcards.'),
  clauses: z.array(z.enum(clauses)).min(1).optional(),
  techniques: z
    .array(z.string().min(1).max(100))
    .min(1)
    .optional()
    .describe('ATT&CK techniques; T1595 takes its sub-techniques too; * and ? are wildcards.'),
  exclude: z
    .array(z.string().min(1).max(100))
    .default([])
    .describe('Scenario ids to leave out; * and ? are wildcards.'),
})

const monitor = z
  .looseObject({
    type: z.string().min(1).describe('Which connector reads it; `tocsin schema monitors` shows them.'),
    name: z.string().min(1).max(80).describe('Names it in results; unique in the campaign.'),
  })
  .describe('The settings of the connector stand beside type and name.')

const monitors = z
  .array(monitor)
  .default([])
  .describe('Empty: the embedded stack is started.')
  .superRefine((given, context) => {
    for (const [index, { name }] of given.entries()) {
      if (given.findIndex((each) => each.name === name) === index) continue
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `"${name}" is the name of another monitor` })
    }
  })

const subnet = z
  .string()
  .default('198.18.0.0/20')
  .describe('IPv4 network of the sandbox; every trial takes a pair of addresses.')
  .superRefine((given, context) => {
    const problem = subnetProblem(given)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })

/** Which scenarios to play, on what, watched by whom, allowed by whom. */
export const campaignSchema = z.strictObject({
  name: slug,
  title: z.string().min(1).max(200),
  scenarios: selection.default({ exclude: [] }),
  trials: z.number().int().min(1).max(1000).default(1).describe('Trials of every case.'),
  window: duration.default(10_000).describe('Longest wait for an alert after the stimulus.'),
  learn: duration
    .optional()
    .describe(
      'Time that the stack is given to learn from the baseline; absent: until it has heard the sentinel after it.',
    ),
  seed: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Fixes order, markers and ports. Absent: a random one, written into the record.'),
  monitors,
  sandbox: z
    .strictObject({
      subnet,
      mirror: z
        .string()
        .regex(/^[^\s/]{1,15}$/, 'write the name of a network interface, at most 15 characters')
        .optional()
        .describe('Interface of the host that gets a copy of every frame, for a sensor of your own.'),
    })
    .default({ subnet: '198.18.0.0/20' }),
  console: consoleSchema
    .optional()
    .describe(
      'A web page of the stack, a SIEM or a dashboard: whether it shows the alerts, with pictures as evidence.',
    ),
  authorisation: z
    .strictObject({
      by: z.string().min(1).describe('Who allowed the campaign.'),
      reference: z.string().min(1),
      validUntil: z.iso.date(),
    })
    .optional(),
})

export type Campaign = z.output<typeof campaignSchema>

/** A file that `--monitors` names: the list that stands under `monitors:` in a campaign. @throws InputError */
export function parseMonitors(source: Source): Campaign['monitors'] {
  const { value, root } = parseYaml(source)
  const schema = monitors.refine((given) => given.length > 0, 'names no monitor')
  const checked = schema.safeParse(value)
  if (!checked.success) throw inputError(source, explain(checked.error.issues, { schema, value, root, base: [] }))
  return checked.data
}

/** A campaign with the file it came from. */
export interface LoadedCampaign {
  campaign: Campaign
  /** The file as the user named it. */
  file: string
  /** SHA-256 of the file's bytes, hex. */
  digest: string
}

/**
 * Checks a campaign file that `readSource` has read.
 * @throws InputError with a line for every problem
 */
export function parseCampaign(source: Source): LoadedCampaign {
  const { value, root } = parseYaml(source)
  const checked = campaignSchema.safeParse(value)
  if (!checked.success) {
    throw inputError(source, explain(checked.error.issues, { schema: campaignSchema, value, root, base: [] }))
  }
  return { campaign: checked.data, file: source.file, digest: source.digest }
}

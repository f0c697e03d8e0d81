import { z } from 'zod'
import { isProcessLayer, layers } from '../monitors/observation.ts'
import { tocsin } from '../monitors/tocsin-rule.ts'

/** What a scenario is: an anomaly with its benign twin, or legal traffic on which rules are known to misfire. */
export const scenarioKinds = ['anomaly', 'must-not-alert'] as const

export const clauses = ['extraneous', 'gratuitous', 'malformed', 'uncommon-flow', 'rogue-process'] as const

/** The name of a scenario or campaign: `stray-fin`. */
export const slug = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case words joined by hyphens')

const hour = 3_600_000

/** `10s`, `500ms`, `2m`: read as milliseconds, more than none and at most an hour. */
export const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m)$/, 'write a number and ms, s or m, for example 10s')
  .transform((text) => Number.parseFloat(text) * (text.endsWith('ms') ? 1 : text.endsWith('s') ? 1000 : 60_000))
  .refine((milliseconds) => milliseconds > 0 && milliseconds <= hour, 'must be more than 0s and at most 60m')

/** Hosts of a trial. `known` is a third one that only this trial has; its baseline makes it known. */
export const hosts = ['client', 'server', 'known'] as const

/** Which hosts play; the others are as they always are. */
export const rolesSchema = z
  .strictObject({
    client: z.enum(hosts).optional().describe('Which host starts; absent: client.'),
    server: z.enum(hosts).optional().describe('Which host is spoken to; absent: server.'),
  })
  .refine(
    ({ client = 'client', server = 'server' }) => client !== server,
    'makes one host both ends; name two different ones of client, server and known',
  )

const play = z.strictObject({
  generator: z.string().describe('Which generator makes it: packets, or a process.'),
  with: z.record(z.string(), z.unknown()).describe("The generator's parameters; `tocsin schema` shows them."),
  roles: rolesSchema.optional().describe('Which hosts of the trial play it; only beside a baseline.'),
})

const baselinePlay = play.extend({
  note: z.string().min(1).max(200).describe('What this ordinary traffic is, in words.'),
  count: z.number().int().min(1).max(100).default(1).describe('Conversations, one after the other.'),
  teaches: z
    .array(z.string().min(1).max(200))
    .default([])
    .describe('What the stack learns from it, as a stack would name it: a host, a name, a user agent. For the record.'),
})

const alert = z.strictObject({
  layer: z.enum(layers),
  rules: z
    .record(z.string(), z.array(z.union([z.string(), z.number()]).transform(String)).min(1))
    .default({})
    .describe(
      "Rules by product, any of which counts. None named: any alert that is attributed to the trial. `tocsin`: Tocsin's own rules, which the embedded Suricata alone has; on any other stack any alert counts.",
    ),
  within: duration.optional().describe("Longest time to the alert; absent: the campaign's window."),
  fields: z.record(z.string(), z.unknown()).default({}).describe('Fields that the alert must carry, by dotted path.'),
})

const expect = z
  .strictObject({
    alert: z
      .array(alert)
      .default([])
      .describe('Alerts of which one must come. Empty: no rule is known, telemetry is all that is asked.'),
    telemetry: z
      .array(z.enum(layers))
      .default([])
      .describe('Layers that should see the stimulus even without an alert.'),
    correlate: z
      .array(z.enum(layers))
      .min(2)
      .refine(
        (named) => named.some(isProcessLayer) && !named.every(isProcessLayer),
        'names no two layers to be put together; name one of packets and one of processes, for example flow and process-network',
      )
      .optional()
      .describe(
        'Layers whose records of the stimulus must be to be put together by what is in them: which process is behind which connection.',
      ),
    blind: z
      .record(z.string(), z.string().min(1))
      .optional()
      .describe('Products that are known to say nothing, and why: their silence is a gap, but no surprise.'),
  })
  .refine(({ alert, telemetry }) => alert.length + telemetry.length > 0, 'names neither an alert nor a telemetry layer')
  .refine(
    ({ alert, telemetry }) =>
      telemetry.length > 0 || alert.length === 0 || alert.some(({ rules }) => Object.keys(rules).join() !== tocsin),
    "names Tocsin's own rules alone; say under telemetry what a stack without them should see",
  )

/** Values of one name of a matrix, by name. */
export const matrixSchema = z
  .record(
    z
      .string()
      .max(40)
      .regex(/^[a-z][a-zA-Z0-9_-]*$/, 'begin with a lower-case letter, then letters, digits, _ and -'),
    z.array(z.union([z.string(), z.number(), z.boolean()])).min(1),
  )
  .default({})
  .describe(`One scenario, many cases: every combination is played; "\${matrix.<name>}" stands for the value.`)

const knownDefects = z
  .record(
    z.string(),
    z
      .record(z.string(), z.string().min(1))
      .refine((rules) => Object.keys(rules).length > 0, 'name at least one rule and why it misfires'),
  )
  .describe('By product and rule: rules that are known to alert on `control` although it is legal, and why they do.')

/** One anomaly, its benign twin, and what a stack should say; or legal traffic of which no stack should say anything. */
export const scenarioSchema = z
  .strictObject({
    id: slug,
    kind: z
      .enum(scenarioKinds)
      .default('anomaly')
      .describe('must-not-alert: only `control` is played, and an alert on it is a defect of the rule that raised it.'),
    title: z.string().min(1).max(120),
    clause: z.enum(clauses),
    description: z.string().min(1),
    attack: z.strictObject({
      analytic: z
        .string()
        .regex(/^AN\d{4}$/)
        .default('AN1999'),
      techniques: z.array(z.string().regex(/^T\d{4}(\.\d{3})?$/)).default([]),
      basis: z.enum(['official', 'v17-wording', 'author']),
    }),
    baseline: z
      .array(baselinePlay)
      .max(20)
      .default([])
      .describe('Ordinary traffic that the stack learns from first, for an anomaly that is one because it is new.'),
    stimulus: play.optional().describe('The anomaly.'),
    control: play.describe('The benign twin; of a must-not-alert scenario, the legal traffic.'),
    expect: expect.optional(),
    knownDefects: knownDefects.optional(),
    assumptions: z.array(z.string()).default([]),
    limits: z.array(z.string()).default([]),
    references: z.array(z.string()).default([]),
    matrix: matrixSchema,
  })
  .superRefine((scenario, context) => {
    const legal = scenario.kind === 'must-not-alert'
    for (const key of keysOf.anomaly) checkKey(scenario[key], key, !legal, context)
    if (legal) for (const key of keysOf['must-not-alert']) checkKey(scenario[key], key, true, context)
  })

/** Keys that a scenario of a kind must have; those of an anomaly, legal traffic must not. */
export const keysOf = { anomaly: ['stimulus', 'expect'], 'must-not-alert': ['knownDefects'] } as const

function checkKey(value: unknown, key: string, wanted: boolean, context: z.RefinementCtx): void {
  if (wanted && value === undefined)
    context.addIssue({ code: 'invalid_type', expected: 'object', input: undefined, path: [key] })
  if (!wanted && value !== undefined) {
    const message = `a must-not-alert scenario is legal traffic alone; put it under control and leave ${key} out`
    context.addIssue({ code: 'custom', path: [key], message })
  }
}

export type Scenario = z.output<typeof scenarioSchema>
export type Expectation = z.output<typeof expect>
export type Play = Scenario['control']
export type BaselinePlay = Scenario['baseline'][number]
export type Roles = NonNullable<Play['roles']>
export type Host = (typeof hosts)[number]
/** Why each rule of each product misfires on legal traffic. */
export type KnownDefects = z.output<typeof knownDefects>

export type MatrixValue = string | number | boolean

/** One cell of a scenario's matrix, its values filled in. */
export interface ScenarioCase {
  /** `port=22,flag=x`, in the order of the file; empty where the scenario has no matrix. */
  label: string
  values: Record<string, MatrixValue>
  /** Their `with` blocks are plain JSON that the generator's schema has accepted. No stimulus: the scenario must not alert. */
  baseline: BaselinePlay[]
  stimulus: Play | null
  control: Play
  expect: Expectation
}

/** A scenario with its cases and the file it came from. */
export interface LoadedScenario extends Scenario {
  /** At least one. */
  cases: ScenarioCase[]
  /** Path relative to the scenario folder. */
  file: string
  /** SHA-256 of the file's bytes, hex; where it names other files, of their digests too. */
  digest: string
}

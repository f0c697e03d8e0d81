import { z } from 'zod'
import { layers } from '../monitors/observation.ts'
import { clauses } from '../scenario/schema.ts'

/** Figures of a run that can be evidence relevant to a control. */
export const figureNames = [
  'detection-rate',
  'seen-rate',
  'false-alarm-rate',
  'time-to-detect',
  'correlated-rate',
  'alert-fields',
  'alert-delivery',
  'scope',
  'pre-flight',
  'regression',
  'exceptions',
  'integrity',
  'evidence-age',
] as const

export type FigureName = (typeof figureNames)[number]

/** Picks scenarios: every given list must match, and in a list any entry. */
export const selectorSchema = z.strictObject({
  clauses: z.array(z.enum(clauses)).min(1).optional(),
  techniques: z
    .array(z.string().regex(/^T\d{4}(\.\d{3})?$/, 'write an ATT&CK technique, T1071 or T1071.004'))
    .min(1)
    .optional()
    .describe('T1071 takes its sub-techniques too.'),
  ids: z.array(z.string().min(1).max(100)).min(1).optional().describe('Scenario ids; * is any number of characters.'),
  layers: z.array(z.enum(layers)).min(1).optional().describe('Telemetry layers that the scenario should be seen on.'),
})

const row = z.strictObject({
  id: z.string().min(1).max(60).describe('Identifier of the control, as its framework writes it.'),
  oscal: z
    .string()
    .regex(/^[a-z]{2}-\d+(\.\d+)?$/, 'write the control as OSCAL does, si-4.9')
    .optional()
    .describe("Its id in NIST's OSCAL catalogue."),
  paraphrase: z.string().min(1).max(300).describe('What it asks for, in our words. Never the text of a standard.'),
  figures: z.array(z.enum(figureNames)).min(1),
  relation: z.enum(['direct', 'supporting']).describe('Whether the figures are about what it asks for, or only help.'),
  scenarios: selectorSchema.optional().describe('Absent: every scenario.'),
  finding: z
    .boolean()
    .default(false)
    .describe(
      'Whether a gap in these scenarios is a finding against the control itself, and not only of interest to it.',
    ),
  limits: z.string().min(1).describe('What the figures do not show of it.'),
  checked: z
    .enum(['primary', 'secondary', 'unchecked'])
    .describe(
      'Whether identifier and paraphrase were held against the text itself, a copy or summary of it, or neither.',
    ),
})

/** One file of `scenarios/controls`: the controls of one framework, and which figures are evidence relevant to them. */
export const controlMappingSchema = z.strictObject({
  framework: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case words joined by hyphens'),
  title: z.string().min(1).max(120),
  version: z.string().min(1),
  source: z.string().min(1).describe('Who publishes it, and where.'),
  retrieved: z.iso.date(),
  rows: z.array(row).min(1),
})

export type ControlMapping = z.output<typeof controlMappingSchema>
export type ControlRow = ControlMapping['rows'][number]
export type Selector = z.output<typeof selectorSchema>

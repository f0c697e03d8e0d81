import { z } from 'zod'
import { searchExpression } from './detection.ts'
import type { Expression } from './expression.ts'
import type { FieldSource } from './field-access.ts'
import { type RecordSplitter, splitters } from './record-splitters.ts'
import { checked, type LogSource } from './rule.ts'

const path = z.string().min(1)
const fieldSource = z
  .union([
    path.transform((only): FieldSource => ({ paths: [only] })),
    z
      .array(path)
      .min(1)
      .transform((paths): FieldSource => ({ paths })),
    z
      .strictObject({ path: z.union([path.transform((only) => [only]), z.array(path).min(1)]), join: z.string() })
      .transform(({ path: paths, join }): FieldSource => ({ paths, join })),
    z.strictObject({ constant: z.string() }).transform(({ constant }): FieldSource => ({ paths: [], constant })),
  ])
  .describe('A dotted path, several of them, { path, join } for a list that becomes one text, or { constant }.')

const sourceSchema = z.strictObject({
  logsource: z
    .strictObject({ category: z.string().optional(), product: z.string().optional(), service: z.string().optional() })
    .describe('Which rules read these events: those that name nothing else.'),
  where: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Which events are meant: a selection as in a rule, on the paths of the event itself.'),
  split: z
    .enum(Object.keys(splitters) as [RecordSplitter])
    .optional()
    .describe('Makes several events of one.'),
  fields: z
    .record(z.string(), fieldSource)
    .default({})
    .describe("By Sigma's name of a field, where it is in the event."),
  unmapped: z
    .enum(['reject', 'keep'])
    .default('reject')
    .describe('Fields that are not named here: the rule is rejected, or they are looked up by their own name.'),
})

const pipelineSchema = z.strictObject({
  name: z.string().min(1),
  sources: z.array(sourceSchema).min(1),
})

/** Which rules read which events, and where the fields of the rules are found in them. */
export interface PipelineSource {
  logsource: LogSource
  where: Expression | null
  split: RecordSplitter | null
  fields: Readonly<Record<string, FieldSource>>
  unmapped: 'reject' | 'keep'
}

export interface Pipeline {
  name: string
  sources: readonly PipelineSource[]
}

/** Reads a pipeline, the value of a YAML file. @throws UnsupportedRule with what is wrong */
export function readPipeline(value: unknown): Pipeline {
  const { name, sources } = checked(pipelineSchema, value)
  return {
    name,
    sources: sources.map(({ logsource, where, split, fields, unmapped }) => ({
      logsource: {
        ...(logsource.category && { category: logsource.category }),
        ...(logsource.product && { product: logsource.product }),
        ...(logsource.service && { service: logsource.service }),
      },
      where: where === undefined ? null : searchExpression(where, {}),
      split: split ?? null,
      fields,
      unmapped,
    })),
  }
}

/** Whether a source gives the events that a rule asks for: it has everything that the rule names. */
export function gives(source: LogSource, wanted: LogSource): boolean {
  return (['category', 'product', 'service'] as const).every(
    (key) => wanted[key] === undefined || wanted[key] === source[key],
  )
}

/** `product=linux category=process_creation` */
export function logSourceText(source: LogSource): string {
  return (['product', 'category', 'service'] as const)
    .flatMap((key) => (source[key] === undefined ? [] : [`${key}=${source[key]}`]))
    .join(' ')
}

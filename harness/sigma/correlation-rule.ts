import { z } from 'zod'
import { checked, infoOf, infoShape, type RuleInfo } from './rule.ts'
import { UnsupportedRule } from './rejected.ts'

export const correlationTypes = ['event_count', 'value_count', 'temporal', 'temporal_ordered'] as const
export type CorrelationType = (typeof correlationTypes)[number]

const count = z.number().int().min(0)
const bounds = {
  gt: count.optional(),
  gte: count.optional(),
  lt: count.optional(),
  lte: count.optional(),
  eq: count.optional(),
}
const condition = z
  .strictObject({
    ...bounds,
    field: z
      .union([
        z.string(),
        z
          .array(z.string())
          .length(1)
          .transform(([only]) => String(only)),
      ])
      .optional(),
  })
  .refine(({ field: _field, ...rest }) => Object.keys(rest).length > 0, 'names no count (gt, gte, lt, lte or eq)')

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const timespan = z
  .string()
  .regex(/^[1-9]\d*[smhd]$/, 'write a number and s, m, h or d, for example 5m')
  .transform((text) => Number(text.slice(0, -1)) * units[text.at(-1) as keyof typeof units])

const correlationSchema = z.looseObject({
  ...infoShape,
  correlation: z.strictObject({
    type: z.enum(correlationTypes),
    rules: z.union([z.string().transform((rule) => [rule]), z.array(z.string()).min(1)]),
    'group-by': z.union([z.string().transform((field) => [field]), z.array(z.string())]).nullish(),
    timespan,
    condition: condition.optional(),
    aliases: z.record(z.string(), z.record(z.string(), z.string())).nullish(),
    generate: z.boolean().nullish(),
  }),
})

/** How many of something there must be: the smallest and the largest number. */
export interface Bounds {
  least: number
  most: number
}

/** A Sigma correlation rule. Times are milliseconds. */
export interface SigmaCorrelation extends RuleInfo {
  type: CorrelationType
  /** The rules it is about, by `id` or `name`. */
  rules: string[]
  groupBy: string[]
  timespan: number
  /** Of events, of different values, or of different rules. */
  bounds: Bounds
  /** Whose values `value_count` counts. */
  field: string | null
  /** By name of the alias: by rule, the field that it stands for. */
  aliases: Record<string, Record<string, string>>
  /** Whether the rules it is about count as alerts of their own. */
  generate: boolean
}

/** Whether the value of a YAML document is a correlation rule. */
export function isCorrelation(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'correlation' in value
}

/**
 * Reads a correlation rule. Sigma correlation rules specification 2.0.2.
 * @throws UnsupportedRule with the reason
 */
export function readCorrelation(value: unknown, file: string): SigmaCorrelation {
  const given = checked(correlationSchema, value)
  const { type, rules, condition: wanted, aliases, generate, timespan: span } = given.correlation
  const isTemporal = type === 'temporal' || type === 'temporal_ordered'
  if (!isTemporal && wanted === undefined) throw new UnsupportedRule(`correlation: ${type} needs a condition`)
  if (type === 'value_count' && wanted?.field === undefined) {
    throw new UnsupportedRule('correlation.condition: value_count needs the field whose values are counted')
  }
  const bounds = wanted === undefined ? { least: rules.length, most: Number.POSITIVE_INFINITY } : boundsOf(wanted)
  if (bounds.least > bounds.most) throw new UnsupportedRule('correlation.condition: no count can fit it')
  return {
    ...infoOf(given, file),
    type,
    rules,
    groupBy: given.correlation['group-by'] ?? [],
    timespan: span,
    bounds,
    field: wanted?.field ?? null,
    aliases: aliases ?? {},
    generate: generate ?? false,
  }
}

function boundsOf({ gt, gte, lt, lte, eq }: z.output<typeof condition>): Bounds {
  return {
    least: Math.max(gt === undefined ? 0 : gt + 1, gte ?? 0, eq ?? 0),
    most: Math.min(
      lt === undefined ? Number.POSITIVE_INFINITY : lt - 1,
      lte ?? Number.POSITIVE_INFINITY,
      eq ?? Number.POSITIVE_INFINITY,
    ),
  }
}

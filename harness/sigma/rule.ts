import { z } from 'zod'
import { parseCondition } from './condition.ts'
import { searchExpression } from './detection.ts'
import { any, type Expression } from './expression.ts'
import type { Placeholders } from './modifiers.ts'
import { UnsupportedRule } from './rejected.ts'

export const levels = ['informational', 'low', 'medium', 'high', 'critical'] as const
export type Level = (typeof levels)[number]

const text = z.string().min(1)
const word = z.string().transform((value) => value.toLowerCase())

/** What rules and correlations tell of themselves. Sigma allows further keys of one's own. */
const shared = {
  title: text,
  id: text.nullish(),
  name: text.nullish(),
  status: z.string().nullish(),
  description: z.string().nullish(),
  level: z.enum(levels).nullish(),
  tags: z.array(z.string()).nullish(),
}

const logsource = z
  .object({ category: word.nullish(), product: word.nullish(), service: word.nullish() })
  .refine(
    ({ category, product, service }) => Boolean(category ?? product ?? service),
    'names no category, product or service',
  )

const detection = z
  .looseObject({ condition: z.union([text, z.array(text).min(1)]) })
  .refine((given) => Object.keys(given).length > 1, 'has no search')

const ruleSchema = z.looseObject({
  ...shared,
  logsource,
  detection,
  'tocsin-first-seen': z
    .array(text)
    .min(1)
    .nullish()
    .describe('A key of our own: the rule matches only when these fields together have values that it has not seen.'),
})

/** Where a rule's events come from; what is absent may be anything. */
export interface LogSource {
  category?: string
  product?: string
  service?: string
}

/** What is told of a rule where it matches. */
export interface RuleInfo {
  title: string
  /** `id`, else `name`, else the title: names the rule in results. */
  id: string
  name: string | null
  level: Level
  tags: string[]
  status: string | null
  file: string
}

/** A Sigma detection rule whose searches and conditions have been read. */
export interface SigmaRule extends RuleInfo {
  logsource: LogSource
  expression: Expression
  /** Fields whose values, together, must not have been seen before; null for a rule that remembers nothing. */
  firstSeen: string[] | null
}

/**
 * Reads a detection rule, the value of one YAML document. Sigma rules specification 2.0.
 * @throws UnsupportedRule with the reason
 */
export function readRule(value: unknown, file: string, placeholders: Placeholders): SigmaRule {
  const given = checked(ruleSchema, value)
  const { condition, ...definitions } = given.detection
  const searches = new Map<string, Expression>()
  for (const [name, definition] of Object.entries(definitions)) {
    // `timeframe` belongs to the old correlations.
    if (name !== 'timeframe')
      searches.set(
        name,
        inside(name, () => searchExpression(definition, placeholders)),
      )
  }
  const { category, product, service } = given.logsource
  return {
    ...infoOf(given, file),
    logsource: { ...(category && { category }), ...(product && { product }), ...(service && { service }) },
    expression: any([condition].flat().map((each) => parseCondition(each, searches))),
    firstSeen: given['tocsin-first-seen'] ?? null,
  }
}

/** Checks a document and says in one line what is wrong. @throws UnsupportedRule */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message }) =>
    path.length ? `${path.join('.')}: ${message}` : message,
  )
  throw new UnsupportedRule(problems.join('; '))
}

export const infoShape = shared

export function infoOf(given: z.output<z.ZodObject<typeof shared>>, file: string): RuleInfo {
  return {
    title: given.title,
    id: given.id ?? given.name ?? given.title,
    name: given.name ?? null,
    level: given.level ?? 'medium',
    tags: given.tags ?? [],
    status: given.status ?? null,
    file,
  }
}

function inside<Value>(name: string, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (error instanceof UnsupportedRule) throw new UnsupportedRule(`${name}: ${error.message}`, { cause: error })
    throw error
  }
}

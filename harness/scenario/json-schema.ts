import { z } from 'zod'
import type { AnyGenerator } from '../../generators/generator.ts'
import { keysOf, scenarioSchema } from './schema.ts'

/** A JSON Schema, draft 7: what editors understand best. */
export type JsonSchema = Record<string, unknown>

/**
 * JSON Schema of a scenario file as it is written, for editors. What may stand in `with:` follows from the generator
 * that is named beside it. Nothing that loads is refused by it: inside `with:` every plain value may also be a text with
 * a matrix placeholder. What only code can check (placeholders, ids, conversations) is left to the loader.
 */
export function scenarioJsonSchema(generators: readonly AnyGenerator[]): JsonSchema {
  const schema = inputJsonSchema(scenarioSchema)
  const written = schema.properties as Record<'stimulus' | 'baseline', JsonSchema>
  const definitions: Record<string, unknown> = {}
  const conditions = generators.map((generator) => {
    const own = `with.${generator.name}`
    const { $schema: _, definitions: inner, ...parameters } = inputJsonSchema(generator.parameters)
    const adopt = (part: unknown): unknown => withPlaceholders(movedReferences(part, own))
    for (const [name, part] of Object.entries(inner ?? {})) definitions[`${own}.${name}`] = adopt(part)
    definitions[own] = adopt(parameters)
    return {
      if: { properties: { generator: { const: generator.name } }, required: ['generator'] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: { properties: { with: { $ref: `#/definitions/${own}` } } },
    }
  })
  const playOf = ({ properties, required }: JsonSchema) => ({
    type: 'object',
    properties: {
      ...(properties as JsonSchema),
      generator: {
        description: 'Which generator makes it.',
        anyOf: generators.map(({ name, title }) => ({ const: name, description: title })),
      },
      with: { type: 'object', description: "The generator's parameters." },
    },
    required,
    additionalProperties: false,
    allOf: conditions,
  })
  const play = playOf(written.stimulus)
  const baseline = { ...written.baseline, items: playOf(written.baseline.items as JsonSchema) }
  const properties = { ...(schema.properties as JsonSchema), baseline, stimulus: play, control: play }
  return {
    ...schema,
    title: 'Tocsin scenario',
    properties,
    ...byKind,
    definitions: { ...(schema.definitions as JsonSchema | undefined), ...definitions },
  }
}

/** JSON Schema of what a zod schema takes in. What JSON Schema cannot say is allowed. */
export function inputJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }) as JsonSchema
}

/** Which keys go with which kind. */
const byKind: JsonSchema = {
  if: { properties: { kind: { const: 'must-not-alert' } }, required: ['kind'] },
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  then: {
    required: keysOf['must-not-alert'],
    properties: Object.fromEntries(keysOf.anomaly.map((key) => [key, false])),
  },
  else: {
    required: keysOf.anomaly,
  },
}

const placeholder = { type: 'string', pattern: '\\$\\{matrix\\.' }

/** Lets a text with a matrix placeholder stand for every plain value. */
function withPlaceholders(part: unknown): unknown {
  return mapSchemas(part, (schema) => {
    // A placeholder may fit several alternatives, and then exactly one would be too few.
    const { oneOf, ...rest } = schema
    const open = oneOf === undefined ? schema : { ...rest, anyOf: oneOf }
    const plain = plainTypes.includes(String(open.type)) || 'const' in open || 'enum' in open
    const { description, ...checks } = open
    if (!plain) return open
    return { ...(description === undefined ? {} : { description }), anyOf: [checks, placeholder] }
  })
}

const plainTypes = ['string', 'number', 'integer', 'boolean']

function movedReferences(part: unknown, own: string): unknown {
  return mapSchemas(part, (schema) => {
    if (typeof schema.$ref !== 'string') return schema
    const moved = schema.$ref.replace(/^#\/definitions\//, `#/definitions/${own}.`)
    return { ...schema, $ref: moved === '#' ? `#/definitions/${own}` : moved }
  })
}

const holdsOne = ['items', 'additionalItems', 'additionalProperties', 'contains', 'not', 'if', 'then', 'else']
const holdsList = ['items', 'allOf', 'anyOf', 'oneOf']
const holdsNamed = ['properties', 'patternProperties']

/** Rewrites a schema and every schema in it, innermost first. Names, constants and key patterns are left alone. */
function mapSchemas(part: unknown, rewrite: (schema: JsonSchema) => JsonSchema): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
  const inside = Object.entries(part).map(([keyword, value]): [string, unknown] => {
    if (holdsList.includes(keyword) && Array.isArray(value))
      return [keyword, value.map((each) => mapSchemas(each, rewrite))]
    if (holdsOne.includes(keyword)) return [keyword, mapSchemas(value, rewrite)]
    if (!holdsNamed.includes(keyword) || typeof value !== 'object' || value === null) return [keyword, value]
    const named = Object.entries(value).map(([name, each]): [string, unknown] => [name, mapSchemas(each, rewrite)])
    return [keyword, Object.fromEntries(named)]
  })
  return rewrite(Object.fromEntries(inside))
}

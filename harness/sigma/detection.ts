import { all, any, type Expression } from './expression.ts'
import { entryExpression, type Placeholders, type Scalar } from './modifiers.ts'
import { UnsupportedRule } from './rejected.ts'

/**
 * What one search identifier asks: a map joins its entries with AND, a list its items with OR, and a text is looked for
 * in the whole event. Sigma rules specification 2.0, "Lists" to "Keywords search".
 * @throws UnsupportedRule
 */
export function searchExpression(definition: unknown, placeholders: Placeholders): Expression {
  if (Array.isArray(definition)) {
    if (definition.length === 0) throw new UnsupportedRule('an empty list asks for nothing')
    return any(definition.map((item) => searchExpression(item, placeholders)))
  }
  if (isMap(definition)) {
    const entries = Object.entries(definition)
    if (entries.length === 0) throw new UnsupportedRule('an empty selection asks for nothing')
    return all(entries.map(([key, value]) => entryExpression(key, valuesOf(key, value), placeholders)))
  }
  return entryExpression('', [scalar('keyword', definition)], placeholders)
}

function valuesOf(key: string, value: unknown): Scalar[] {
  const values = Array.isArray(value) ? value : [value]
  if (values.length === 0) throw new UnsupportedRule(`"${key}" has an empty list`)
  return values.map((each) => scalar(key, each))
}

function scalar(key: string, value: unknown): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  throw new UnsupportedRule(`"${key}" has a value that is neither text, number, true, false nor null`)
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import type { Pattern } from './pattern.ts'

export type Comparison = 'lt' | 'lte' | 'gt' | 'gte'
export type DatePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'
export type ReferenceMode = 'equals' | 'startswith' | 'endswith' | 'contains'

/** One question to one field of an event. `field` null means the whole event: any of its values. */
export type Predicate = { field: string | null } & (
  | { kind: 'text'; pattern: Pattern; cased: boolean }
  | { kind: 'compare'; operator: Comparison; value: number }
  | { kind: 'date'; part: DatePart; value: number }
  | { kind: 'expression'; source: string; flags: string }
  | { kind: 'cidr'; network: string }
  | { kind: 'null' }
  | { kind: 'exists'; expected: boolean }
  | { kind: 'reference'; other: string; mode: ReferenceMode; cased: boolean }
)

/** Questions joined by logic. An empty `all` is true, an empty `any` false. */
export type Expression =
  | { all: readonly Expression[] }
  | { any: readonly Expression[] }
  | { not: Expression }
  | { predicate: Predicate }

/** One of several, without a wrapper around a single one. */
export function any(expressions: readonly Expression[]): Expression {
  return expressions.length === 1 ? (expressions[0] as Expression) : { any: expressions }
}

/** All of several, likewise. */
export function all(expressions: readonly Expression[]): Expression {
  return expressions.length === 1 ? (expressions[0] as Expression) : { all: expressions }
}

/** Every predicate of an expression, in the order of the rule. */
export function predicatesOf(expression: Expression): Predicate[] {
  if ('predicate' in expression) return [expression.predicate]
  if ('not' in expression) return predicatesOf(expression.not)
  return ('all' in expression ? expression.all : expression.any).flatMap(predicatesOf)
}

import type { Expression, Predicate } from './expression.ts'

/**
 * Predicates of which at least one must hold wherever the expression holds, each with a literal that can be looked for;
 * null when there are none such. Of several choices the one with the longest literals is taken, as it is found least often.
 */
export function triggersOf(
  expression: Expression,
  literalOf: (predicate: Predicate) => string | null,
): Predicate[] | null {
  if ('predicate' in expression) return literalOf(expression.predicate) === null ? null : [expression.predicate]
  if ('not' in expression) return null
  const inner = ('all' in expression ? expression.all : expression.any).map((each) => triggersOf(each, literalOf))
  if ('any' in expression) return inner.some((each) => each === null) ? null : inner.flatMap((each) => each ?? [])
  const shortest = (triggers: readonly Predicate[]) => Math.min(...triggers.map((each) => literalOf(each)?.length ?? 0))
  let best: Predicate[] | null = null
  for (const triggers of inner) {
    if (triggers !== null && (best === null || shortest(triggers) > shortest(best))) best = triggers
  }
  return best
}

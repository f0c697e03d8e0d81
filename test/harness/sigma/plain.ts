import type { Expression } from '../../../harness/sigma/expression.ts'
import { everyValue, fieldReader } from '../../../harness/sigma/field-access.ts'
import type { FieldLookup } from '../../../harness/sigma/matcher.ts'
import { testOf } from '../../../harness/sigma/predicate-test.ts'

/** An expression asked of an event straight away, question by question: what the matcher must agree with. */
export function plainTest(expression: Expression, lookup: FieldLookup = () => undefined): (event: unknown) => boolean {
  if ('not' in expression) {
    const inner = plainTest(expression.not, lookup)
    return (event) => !inner(event)
  }
  if ('predicate' in expression) {
    const { predicate } = expression
    const reader = (name: string) => fieldReader(lookup(name) ?? { paths: [name] })
    const read = predicate.field === null ? everyValue : reader(predicate.field)
    const other = predicate.kind === 'reference' ? reader(predicate.other) : () => undefined
    const test = testOf(predicate)
    return (event) => test(read(event), other(event))
  }
  if ('all' in expression) {
    const inner = expression.all.map((each) => plainTest(each, lookup))
    return (event) => inner.every((test) => test(event))
  }
  const inner = expression.any.map((each) => plainTest(each, lookup))
  return (event) => inner.some((test) => test(event))
}

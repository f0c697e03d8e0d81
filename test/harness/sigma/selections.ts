import { searchExpression } from '../../../harness/sigma/detection.ts'
import { compileMatcher } from '../../../harness/sigma/matcher.ts'
import type { Placeholders } from '../../../harness/sigma/modifiers.ts'

/** Whether an event fits a selection, by way of the compiled matcher. */
export function selects(selection: unknown, event: unknown, placeholders: Placeholders = {}): boolean {
  let found = false
  compileMatcher([searchExpression(selection, placeholders)]).match(event, () => {
    found = true
  })
  return found
}

import { z } from 'zod'
import { explain } from '../scenario/explain.ts'
import { inputError } from '../scenario/problem.ts'
import type { Source } from '../scenario/source.ts'
import { parseYaml } from '../scenario/yaml.ts'

/** What a named assessor has decided on controls. Only such a file ever makes an OSCAL finding `satisfied`. */
export const determinationsSchema = z.strictObject({
  run: z.string().min(1).describe('Id of the run that was looked at.'),
  assessor: z.strictObject({
    name: z.string().min(1),
    organisation: z.string().min(1),
    independence: z.enum(['self', 'internal', 'external']),
  }),
  determined: z.iso.date(),
  controls: z
    .array(
      z.strictObject({
        control: z.string().regex(/^[a-z]{2}-\d+(\.\d+)?$/, 'write the control as OSCAL does, si-4.9'),
        state: z.enum(['satisfied', 'not-satisfied']),
        reason: z.string().min(1),
      }),
    )
    .min(1),
})

export type Determinations = z.output<typeof determinationsSchema>

/** Checks a file that `readSource` has read. @throws InputError with a line for every problem */
export function parseDeterminations(source: Source): Determinations {
  const { value, root } = parseYaml(source)
  const checked = determinationsSchema.safeParse(value)
  if (!checked.success)
    throw inputError(source, explain(checked.error.issues, { schema: determinationsSchema, value, root, base: [] }))
  return checked.data
}

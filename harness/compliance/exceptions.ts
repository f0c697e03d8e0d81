import { z } from 'zod'
import { explain } from '../scenario/explain.ts'
import { valueAt } from '../scenario/positions.ts'
import { inputError } from '../scenario/problem.ts'
import type { Source } from '../scenario/source.ts'
import { parseYaml } from '../scenario/yaml.ts'
import { selectorSchema } from './control-mapping.ts'

const exception = z
  .strictObject({
    id: z.string().min(1).max(60),
    scenario: z.string().min(1).optional().describe('Id of the one scenario that it is for.'),
    select: selectorSchema.optional().describe('Or several scenarios.'),
    scenarios: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('How many scenarios `select` named when it was approved. More now make it void.'),
    accepts: z
      .array(z.enum(['partial', 'logged', 'missed', 'false-alarm', 'rule-defect']))
      .min(1)
      .describe('The outcomes that are accepted. Anything worse is not covered.'),
    reason: z.string().min(1),
    owner: z.string().min(1).describe('Who asked for it and answers for it.'),
    approver: z.string().min(1).describe('Who allowed it; somebody else.'),
    approved: z.iso.date(),
    expires: z.iso.date().describe('Last day on which it holds.'),
    compensatingControl: z.string().min(1).describe('What protects in the meantime.'),
    ticket: z.string().min(1),
  })
  .refine(
    ({ scenario, select }) => (scenario === undefined) !== (select === undefined),
    'give either scenario or select',
  )

/** A register of exceptions: gaps that somebody has accepted for a time. An overlay on results, never a verdict. */
export const exceptionsSchema = z.strictObject({ exceptions: z.array(exception) })

export type Exception = z.output<typeof exception>

/** Checks a register that `readSource` has read. @throws InputError with a line for every problem */
export function parseExceptions(source: Source): Exception[] {
  const { value, root } = parseYaml(source)
  const checked = exceptionsSchema.safeParse(value)
  if (!checked.success)
    throw inputError(source, explain(checked.error.issues, { schema: exceptionsSchema, value, root, base: [] }))
  const { exceptions } = checked.data
  const twice = exceptions.flatMap(({ id }, index) =>
    exceptions.findIndex((other) => other.id === id) === index
      ? []
      : [
          {
            at: valueAt(root, ['exceptions', index, 'id']),
            message: `exceptions[${index}].id: "${id}" is there twice`,
          },
        ],
  )
  if (twice.length > 0) throw inputError(source, twice)
  return exceptions
}

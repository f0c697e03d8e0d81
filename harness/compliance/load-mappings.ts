import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { InputError } from '../errors.ts'
import { explain } from '../scenario/explain.ts'
import { valueAt } from '../scenario/positions.ts'
import { inputError, type Problem } from '../scenario/problem.ts'
import { readSource, type Source } from '../scenario/source.ts'
import { parseYaml } from '../scenario/yaml.ts'
import { type ControlMapping, controlMappingSchema } from './control-mapping.ts'

/**
 * Loads every mapping of a folder, sorted by framework.
 * @throws InputError with a line for every problem of every file
 */
export function loadMappings(folder: string): ControlMapping[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  const mappings: ControlMapping[] = []
  const problems: string[] = []
  for (const name of names.sort()) {
    try {
      mappings.push(parseMapping(readSource(join(folder, name), folder)))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      problems.push(error.message)
    }
  }
  if (problems.length > 0) throw new InputError(problems.join('\n'))
  return mappings
}

/** Checks one mapping file. @throws InputError with `file:line:column` for every problem */
export function parseMapping(source: Source): ControlMapping {
  const { value, root } = parseYaml(source)
  const checked = controlMappingSchema.safeParse(value)
  if (!checked.success)
    throw inputError(source, explain(checked.error.issues, { schema: controlMappingSchema, value, root, base: [] }))
  const { framework, rows } = checked.data
  const problems: Problem[] = rows.flatMap(({ id }, index) =>
    rows.findIndex((other) => other.id === id) === index
      ? []
      : [{ at: valueAt(root, ['rows', index, 'id']), message: `rows[${index}].id: "${id}" is there twice` }],
  )
  const name = basename(source.file, '.yaml')
  if (framework !== name)
    problems.push({
      at: valueAt(root, ['framework']),
      message: `framework "${framework}" differs from the file name "${name}.yaml"; make them the same`,
    })
  if (problems.length > 0) throw inputError(source, problems)
  return checked.data
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generators } from '../../generators/registry.ts'
import {
  controlMappingJsonSchema,
  determinationsJsonSchema,
  exceptionsJsonSchema,
} from '../../harness/compliance/json-schema.ts'
import { campaignJsonSchema } from '../../harness/plan/json-schema.ts'
import { scenarioJsonSchema } from '../../harness/scenario/json-schema.ts'
import { loadLibrary } from '../../harness/scenario/load.ts'
import { libraryTable } from './library-table.ts'
import { ruleAccount } from './rule-account.ts'

/** The scenario folder of this checkout. */
export const folder = fileURLToPath(new URL('../../../scenarios', import.meta.url))

/** What is made from the library and the schemas and lies beside them, by file name. `npm run docs` writes it. */
export function generatedFiles(): Record<string, string> {
  const asText = (schema: unknown) => `${JSON.stringify(schema, null, 2)}\n`
  const library = loadLibrary(folder, generators)
  return {
    'scenario.schema.json': asText(scenarioJsonSchema(generators)),
    'campaign.schema.json': asText(campaignJsonSchema()),
    'controls.schema.json': asText(controlMappingJsonSchema()),
    'exceptions.schema.json': asText(exceptionsJsonSchema()),
    'determinations.schema.json': asText(determinationsJsonSchema()),
    'README.md': libraryTable(library, ruleAccount(library)),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, text] of Object.entries(generatedFiles())) writeFileSync(join(folder, name), text)

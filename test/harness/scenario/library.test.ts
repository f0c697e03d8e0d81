import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { load } from 'js-yaml'
import t from 'tap'
import { generators } from '../../../generators/registry.ts'
import { campaignJsonSchema } from '../../../harness/plan/json-schema.ts'
import { describe } from '../../../harness/scenario/describe.ts'
import { scenarioFiles } from '../../../harness/scenario/files.ts'
import { scenarioJsonSchema } from '../../../harness/scenario/json-schema.ts'
import { loadLibrary } from '../../../harness/scenario/load.ts'

const folder = fileURLToPath(new URL('../../../../scenarios', import.meta.url))
const ajv = new Ajv({ allErrors: true, strict: false })
formats.default(ajv)

t.test('every scenario of the library loads', async (t) => {
  const loaded = loadLibrary(folder, generators)
  t.same(loaded.map((each) => each.file).sort(), scenarioFiles(folder))
  for (const scenario of loaded) t.equal(describe(scenario).cases.length, scenario.cases.length)
})

t.test('every scenario of the library agrees with the JSON Schema for editors', async (t) => {
  const valid = ajv.compile(scenarioJsonSchema(generators))
  for (const file of scenarioFiles(folder)) {
    t.ok(valid(load(readFileSync(join(folder, file), 'utf8'))), file, { errors: valid.errors })
  }
})

t.test('the default campaign agrees with the JSON Schema for editors', async (t) => {
  const valid = ajv.compile(campaignJsonSchema())
  t.ok(valid(load(readFileSync(join(folder, 'campaigns/default.yaml'), 'utf8'))), { errors: valid.errors })
})

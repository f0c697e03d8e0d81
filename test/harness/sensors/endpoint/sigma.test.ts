import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CORE_SCHEMA, load } from 'js-yaml'
import t from 'tap'
import { generators } from '../../../../generators/registry.ts'
import { isTocsinSigma, tocsinSigmaIds } from '../../../../harness/monitors/tocsin-rule.ts'
import { sigmaEngine } from '../../../../harness/monitors/sigma-rules.ts'
import { expectedRules } from '../../../../harness/scenario/describe.ts'
import { loadLibrary } from '../../../../harness/scenario/load.ts'

const root = fileURLToPath(new URL('../../../../..', import.meta.url))
const folder = join(root, 'harness/sensors/endpoint/sigma')
const rules = readdirSync(folder)
  .filter((file) => file.endsWith('.yml'))
  .map((file) => {
    const {
      id = '',
      title = '',
      author,
    } = load(readFileSync(join(folder, file), 'utf8'), { schema: CORE_SCHEMA }) as Record<string, string>
    return { file, id, title, author }
  })

t.test('every rule of ours says so, has an id of its own, and can be used', async (t) => {
  t.ok(rules.length >= 30)
  t.same(
    rules.filter((rule) => rule.author !== 'Tocsin' || !isTocsinSigma(rule)),
    [],
  )
  t.equal(new Set(rules.map(({ id }) => id)).size, rules.length)
  const { engine, rejected } = sigmaEngine([folder], join(root, 'harness/sigma/pipelines/audit.yaml'))
  t.same(rejected, [])
  t.equal(engine.size, rules.length)
})

t.test('scenarios name rules that are there, and every rule has a scenario', async (t) => {
  const library = loadLibrary(join(root, 'scenarios'), generators)
  const named = new Set(
    library.flatMap((scenario) => (expectedRules(scenario).tocsin ?? []).filter((id) => id.startsWith(tocsinSigmaIds))),
  )
  t.same(
    [...named].filter((id) => !rules.some((rule) => rule.id === id)),
    [],
  )
  t.same(
    rules.filter(({ id }) => !named.has(id)).map(({ file }) => file),
    ['sentinel.yml'],
  )
})

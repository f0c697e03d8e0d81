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
const sensor = join(root, 'harness/sensors/endpoint')
/** By folder: the events that its rules are on. */
const folders = { sigma: 'audit', 'sigma-bpf': 'bpftrace' }

interface Document {
  id: string
  title: string
  author?: string
}

const rulesOf = (folder: string) =>
  readdirSync(join(sensor, folder))
    .filter((file) => file.endsWith('.yml'))
    .map((file) => load(readFileSync(join(sensor, folder, file), 'utf8'), { schema: CORE_SCHEMA }) as Document)
const rules = Object.keys(folders).flatMap(rulesOf)

t.test('every rule of ours says so, has an id of its own, and can be used', async (t) => {
  t.ok(rules.length >= 38)
  t.same(
    rules.filter((rule) => rule.author !== 'Tocsin' || !isTocsinSigma(rule)),
    [],
  )
  t.equal(new Set(rules.map(({ id }) => id)).size, rules.length)
  for (const [folder, pipeline] of Object.entries(folders)) {
    const { engine, rejected } = sigmaEngine(
      [join(sensor, folder), join(sensor, 'sentinel.yml')],
      join(root, `harness/sigma/pipelines/${pipeline}.yaml`),
    )
    t.same(rejected, [], folder)
    t.equal(engine.size, rulesOf(folder).length + 1, folder)
  }
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
    rules.filter(({ id }) => !named.has(id)).map(({ title }) => title),
    [],
  )
})

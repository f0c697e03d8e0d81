// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are what is tested
import { Ajv } from 'ajv'
import { load } from 'js-yaml'
import t from 'tap'
import { z } from 'zod'
import type { Generator } from '../../../generators/generator.ts'
import { scenarioJsonSchema } from '../../../harness/scenario/json-schema.ts'
import { changed, generators, good, legal } from './fixture.ts'

/** A generator whose parameters hold themselves, so that its schema needs references. */
const tree = z.strictObject({
  name: z.string().regex(/^[a-z]+$/),
  get children() {
    return z.array(tree).optional()
  },
})
const nested: Generator = {
  name: 'nested',
  title: 'A tree',
  parameters: z.strictObject({ tree }),
  conversation: () => ({ frames: [] }),
}

const valid = new Ajv({ strict: false }).compile(scenarioJsonSchema([...generators, nested]))

const table: [what: string, text: string, accepted: boolean][] = [
  ['a good scenario', good, true],
  ['legal traffic that must not alert', legal, true],
  ['legal traffic without its known defects', legal.slice(0, legal.indexOf('knownDefects')), false],
  ['an anomaly without its stimulus', legal.replace('kind: must-not-alert\n', ''), false],
  [
    'a twin that a rule is known to misfire on',
    changed(['expect:', 'knownDefects: { suricata: { 1: why } }\nexpect:']),
    true,
  ],
  ['a placeholder for a number', changed(['port: 22', 'port: ${matrix.port}']), true],
  ['a placeholder for what tells alternatives apart', changed(['kind: text', 'kind: "${matrix.kind}"']), true],
  ['other text for a number', changed(['port: 22', 'port: high']), false],
  ['a number out of range', changed(['port: 22', 'port: 70000']), false],
  ['an unknown key', changed(['within', 'wihtin']), false],
  ['an unknown parameter', changed(['port: 22', 'prot: 22']), false],
  ['an unknown generator', changed(['generator: parts', 'generator: prats']), false],
  ['a missing key', changed(['clause: extraneous\n', '']), false],
  ['parameters of another generator', changed(['generator: parts', 'generator: nested']), false],
  [
    'parameters that hold themselves',
    changed(
      ['generator: parts', 'generator: nested'],
      ['port: 22\n    parts: [{ kind: text, text: odd }]', 'tree: { name: a, children: [{ name: b }] }'],
    ),
    true,
  ],
  [
    'a fault deep in them',
    changed(
      ['generator: parts', 'generator: nested'],
      ['port: 22\n    parts: [{ kind: text, text: odd }]', 'tree: { name: a, children: [{ name: B }] }'],
    ),
    false,
  ],
]

for (const [what, text, accepted] of table) {
  t.test(`the JSON Schema for editors ${accepted ? 'accepts' : 'refuses'} ${what}`, async (t) => {
    t.equal(valid(load(text)), accepted)
  })
}

t.test('the schema is the same whenever it is made', async (t) => {
  t.equal(JSON.stringify(scenarioJsonSchema(generators)), JSON.stringify(scenarioJsonSchema(generators)))
})

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadMappings } from '../../../harness/compliance/load-mappings.ts'
import { root } from '../../cli/tocsin.ts'

const folder = join(root, 'scenarios', 'controls')

const good = `framework: own
title: Our own
version: '1'
source: Us
retrieved: 2026-11-24
rows:
  - id: A-1
    paraphrase: Watch the network.
    figures: [detection-rate]
    relation: direct
    limits: Only a test.
    checked: primary
`

function loaded(at: string, files: Record<string, string>) {
  mkdirSync(at, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(at, name), text)
  return loadMappings(at)
}

t.test('the mappings that come with Tocsin load, one framework a file', async (t) => {
  const mappings = loadMappings(folder)
  t.strictSame(
    mappings.map(({ framework }) => framework),
    ['cis-controls', 'dora', 'hipaa', 'iso-27001', 'nerc-cip', 'nis2', 'nist-800-53', 'nist-csf', 'pci-dss', 'soc-2'],
  )
  for (const { framework, rows } of mappings)
    for (const row of rows) {
      t.notMatch(row.paraphrase, /shall|compliant|compliance|satisf/i, `${framework} ${row.id}: our words, no claim`)
      t.equal(
        row.oscal !== undefined,
        framework === 'nist-800-53',
        `${framework} ${row.id}: OSCAL ids are NIST's alone`,
      )
    }
})

t.test('what is wrong in a mapping is told with its place', async (t) => {
  const at = t.testdir()
  t.equal(loaded(join(at, 'good'), { 'own.yaml': good }).length, 1)
  const cases: [string, string, string, RegExp][] = [
    [
      'unknown key',
      'relation: direct',
      'relation: direct\n    relatoin: direct',
      /own.yaml:11:5: unknown key "relatoin"/,
    ],
    ['unknown figure', 'detection-rate', 'detection-rat', /own.yaml:9:15: .*did you mean "detection-rate"/],
    ['no limits', '    limits: Only a test.\n', '', /own.yaml:7:5: missing key "limits"/],
    [
      'bad relation',
      'relation: direct',
      'relation: full',
      /own.yaml:10:15: .*"full" is not allowed; use direct, supporting/,
    ],
    ['bad date', '2026-11-24', 'soon', /own.yaml:5:12/],
    [
      'name and file differ',
      'framework: own',
      'framework: other',
      /own.yaml:1:12: framework "other" differs from the file name/,
    ],
    ['no technique', 'checked: primary', 'checked: primary\n    scenarios: { techniques: [X1] }', /own.yaml:13:/],
    [
      'an id twice',
      good.slice(good.indexOf('  - id')),
      good.slice(good.indexOf('  - id')).repeat(2),
      /own.yaml:13:9: .*"A-1" is there twice/,
    ],
  ]
  for (const [index, [name, from, to, expected]] of cases.entries())
    t.throws(
      () => loaded(join(at, String(index)), { 'own.yaml': good.replace(from, to) }),
      { code: 'BAD_INPUT', message: expected },
      name,
    )
})

t.test('the problems of all files come at once', async (t) => {
  t.throws(() => loaded(t.testdir(), { 'a.yaml': 'x: 1\n', 'b.yaml': 'y: 1\n' }), /a\.yaml[\s\S]*b\.yaml/)
})

import { join } from 'node:path'
import t from 'tap'
import { figureNames, type ControlMapping } from '../../harness/compliance/control-mapping.ts'
import { loadMappings } from '../../harness/compliance/load-mappings.ts'
import { controlsView } from '../../reports/compliance-view.ts'
import { controlEvidence } from '../../reports/control-evidence.ts'
import { html } from '../../reports/html.ts'
import { markdown } from '../../reports/markdown.ts'
import type { ReportContext } from '../../reports/reporter.ts'
import { root } from '../cli/tocsin.ts'
import { sampleRecord } from './sample-record.ts'
import { rows } from './sample-scenarios.ts'

const controls = loadMappings(join(root, 'scenarios', 'controls'))
const record = sampleRecord()

function evidence(id: string, of = record) {
  return controlEvidence(of, controls)
    .flatMap((one) => one.controls)
    .find(({ row }) => row.id === id)
}

t.test('a control has the figures of the scenarios that bear on it, with their n', async (t) => {
  const all = evidence('SI-4')
  t.equal(all?.status, 'evidence')
  t.match(all?.figures, [
    { name: 'detection-rate', value: /^\d+ of \d+ \(.*95% interval.*\) scenarios detected$/, measured: true },
    {},
  ])
  const some = evidence('11.5.1.1')
  t.ok((some?.scenarios.length ?? 0) < record.run.scenarios.length)
  for (const { scenario } of some?.scenarios ?? [])
    t.ok(
      scenario.attack.techniques.some((one) => ['T1071.004', 'T1572', 'T1095'].includes(one)),
      scenario.id,
    )
})

t.test('a control without a decided scenario, or without a measured figure, is not assessed', async (t) => {
  t.equal(evidence('SI-4(23)')?.status, 'not assessed', 'no process was watched')
  t.equal(evidence('AU-9')?.status, 'not assessed', 'a report cannot show its own integrity')
  t.equal(evidence('12.10.5')?.status, 'not assessed', 'no delivery of alerts was watched')
  const undecided = sampleRecord({
    scenarios: rows.slice(0, 2).map((row) => ({ ...row, verdict: 'inconclusive' as const })),
  })
  for (const { row, status } of controlEvidence(undecided, controls).flatMap((one) => one.controls))
    t.equal(status, 'not assessed', row.id)
})

t.test('every figure has a value or says why it has none', async (t) => {
  const mapping: ControlMapping = {
    framework: 'own',
    title: 'Own',
    version: '1',
    source: 'us',
    retrieved: '2026-11-24',
    rows: [
      {
        id: 'A',
        paraphrase: 'p',
        figures: [...figureNames],
        relation: 'direct',
        finding: false,
        limits: 'l',
        checked: 'primary',
      },
    ],
  }
  const list = controlEvidence(record, [mapping], 2)[0]?.controls[0]?.figures ?? []
  t.strictSame(
    list.map(({ name }) => name),
    [...figureNames],
  )
  for (const { name, value } of list) t.ok(value.length > 5, name)
  t.match(
    list.find(({ name }) => name === 'exceptions'),
    { value: /^2 in force/, measured: true },
  )
})

t.test('HTML and Markdown show each control with relation and limits, and claim nothing', async (t) => {
  const given: ReportContext = { controls, exceptions: [] }
  for (const reporter of [html, markdown]) {
    const [file] = await reporter.render(record, given)
    const text = String(file?.content)
    t.match(text, /Evidence relevant to controls/)
    t.match(text, /not assessed: no such scenario was played/)
    t.match(text, /supporting/)
    t.notMatch(text, /\bcompliant\b|\bcovered\b/i)
    t.notMatch(
      String((await reporter.render(record))[0]?.content),
      /Evidence relevant to controls/,
      'without mappings no section',
    )
  }
  const shown = controlsView(record, given).flatMap((one) => one.rows)
  t.equal(
    shown.length,
    controls.reduce((sum, one) => sum + one.rows.length, 0),
    'none is left out',
  )
})

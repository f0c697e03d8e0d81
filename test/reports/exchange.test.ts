import t from 'tap'
import { figures } from '../../harness/evidence/figures.ts'
import { attire } from '../../reports/attire.ts'
import { ocsf } from '../../reports/ocsf.ts'
import type { Reporter, ReportContext } from '../../reports/reporter.ts'
import { sarif } from '../../reports/sarif.ts'
import { hostileText } from './reports.ts'
import { sampleRecord } from './sample-record.ts'
import { goodException } from '../harness/compliance/good-exception.ts'

const record = sampleRecord({ trials: 2 })
const { scenarios } = figures(record)
const idOf = (outcome: string, met: boolean | null) =>
  scenarios.find((one) => one.outcome === outcome && one.met === met && one.twin === 'quiet')?.scenario.id ?? ''

const exception = goodException(idOf('missed', false))

async function text(reporter: Reporter, of = record, given: ReportContext = {}): Promise<string> {
  const [file] = await reporter.render(of, given)
  return String(file?.content)
}

interface SarifResult {
  ruleId: string
  ruleIndex: number
  kind: string
  level: string
  message: { text: string }
  partialFingerprints: Record<string, string>
  taxa?: { id: string; index: number }[]
  suppressions?: unknown[]
}

async function sarifRun(given: ReportContext = {}) {
  const [run] = JSON.parse(await text(sarif, record, given)).runs
  return run as {
    results: SarifResult[]
    tool: { driver: { rules: { id: string }[] } }
    taxonomies: { taxa: { id: string }[] }[]
  }
}

t.test('SARIF: kind and level are what the verdict and the expectation say', async (t) => {
  const { results } = await sarifRun()
  const anomaly = (id: string) =>
    results.find(({ ruleId, message }) => ruleId === id && !message.text.startsWith('benign twin'))
  for (const [outcome, met, kind, level] of [
    ['detected', true, 'pass', 'none'],
    ['missed', false, 'fail', 'error'],
    ['partial', false, 'fail', 'warning'],
    ['logged', true, 'fail', 'note'],
    ['inconclusive', null, 'open', 'none'],
    ['not-applicable', null, 'notApplicable', 'none'],
  ] as const) {
    const id = scenarios.find((one) => one.outcome === outcome && one.met === met)?.scenario.id ?? ''
    t.ok(id, `the sample has ${outcome}`)
    t.match(anomaly(id), { kind, level }, `${outcome}, met ${met}`)
  }
  const alarmed = scenarios.find(({ twin }) => twin === 'false-alarm')?.scenario.id
  t.match(
    results.filter(({ ruleId, message }) => ruleId === alarmed && message.text.startsWith('benign twin')),
    [{ kind: 'fail', level: 'warning' }],
  )
})

t.test('SARIF: what is pointed at is there, and fingerprints do not depend on the run', async (t) => {
  const { results, tool, taxonomies } = await sarifRun()
  t.equal(results.length, 2 * scenarios.length)
  for (const { ruleId, ruleIndex, kind, level, taxa = [] } of results) {
    t.equal(tool.driver.rules[ruleIndex]?.id, ruleId)
    t.equal(kind === 'fail', level !== 'none', 'only a failure has a level')
    for (const { id, index } of taxa) t.equal(taxonomies[0]?.taxa[index]?.id, id)
  }
  const prints = results.map(({ partialFingerprints }) => Object.values(partialFingerprints)[0])
  t.equal(new Set(prints).size, prints.length)
})

t.test('SARIF: an exception suppresses a result, and the result stays', async (t) => {
  const { results } = await sarifRun({ exceptions: [exception] })
  const suppressed = results.filter(({ suppressions }) => suppressions)
  t.match(suppressed, [{ ruleId: exception.scenario, kind: 'fail', level: 'error' }])
  t.equal(suppressed.length, 1)
})

const ocsfEvents = async (given: ReportContext = {}) =>
  (await text(ocsf, record, given))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

t.test('OCSF: a compliance finding has what class 2003 requires', async (t) => {
  const events = await ocsfEvents()
  t.equal(events.length, scenarios.filter(({ outcome }) => outcome !== 'not-applicable').length)
  for (const event of events) {
    t.match(event, {
      class_uid: 2003,
      category_uid: 2,
      activity_id: 1,
      metadata: { product: {}, version: /^\d/ },
      finding_info: { uid: /./, title: /./ },
    })
    t.equal(event.type_uid, event.class_uid * 100 + event.activity_id)
    t.equal(event.time, Date.parse(record.run.endedAt))
    t.ok([1, 2, 3].includes(event.compliance.status_id))
    t.ok(event.compliance.standards.length > 0)
  }
})

t.test('OCSF: known or not, a gap is a failure, and what was not decided is no result', async (t) => {
  const events = await ocsfEvents({ exceptions: [exception] })
  const of = (outcome: string) =>
    new Set(
      events
        .filter(({ unmapped }) => unmapped.verdict === outcome && unmapped.benign_twin === 'quiet')
        .map(({ compliance }) => compliance.status_id),
    )
  t.strictSame([...of('detected')], [1])
  t.strictSame([...of('missed')], [3])
  t.strictSame([...of('logged')], [3])
  t.strictSame([...of('partial')], [2])
  for (const { unmapped, compliance } of events) if (unmapped.verdict === 'inconclusive') t.not(compliance.status_id, 1)
  t.match(
    events.filter(({ status_id }) => status_id === 3),
    [{ unmapped: { exception: 'EXC-1', verdict: 'missed' }, compliance: { status_id: 3 } }],
  )
})

t.test('ATTiRe: every anomaly with a technique is a procedure, every trial of it a step', async (t) => {
  const log = JSON.parse(await text(attire))
  t.equal(log['attire-version'], '1.1')
  const played = scenarios.filter(({ scenario }) => scenario.attack.techniques.length > 0)
  t.equal(log.procedures.length, played.length)
  for (const [index, procedure] of log.procedures.entries()) {
    t.match(procedure['mitre-technique-id'], /^T\d{4}(\.\d{3})?$/)
    t.equal(procedure.order, index + 1)
    t.equal(procedure.steps.length, played[index]?.stimuli.length)
    for (const step of procedure.steps) {
      t.match(step['time-start'], /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      t.match(step.output[0].content, /^[A-Z][a-z ]+: /)
    }
  }
  t.match(JSON.stringify(log), /220\d{4} SURICATA|22\d{5} /, 'the alerts stand in the output')
})

t.test('hostile text stays text, on one line, in each of them', async (t) => {
  const hostile = sampleRecord({ text: hostileText })
  for (const reporter of [sarif, ocsf, attire]) {
    const content = await text(reporter, hostile)
    for (const line of reporter === ocsf ? content.trim().split('\n') : [content]) t.ok(JSON.parse(line))
    t.notMatch(content, /\\u001b|\\u0000|\\ud800|\u202e/i, reporter.name)
  }
})

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import t from 'tap'
import type { Determinations } from '../../harness/compliance/determinations.ts'
import { loadMappings } from '../../harness/compliance/load-mappings.ts'
import { oscal } from '../../reports/oscal.ts'
import type { ReportContext } from '../../reports/reporter.ts'
import { uuid5 } from '../../reports/uuid.ts'
import { root } from '../cli/tocsin.ts'
import { oscalChecks } from './oscal-schema.ts'
import { hostileText } from './reports.ts'
import { sampleRecord } from './sample-record.ts'
import { rows } from './sample-scenarios.ts'
import { goodException } from '../harness/compliance/good-exception.ts'

const controls = loadMappings(join(root, 'scenarios', 'controls'))
const checks = oscalChecks()
t.comment(`held to ${Object.keys(checks).join(' and ')}`)

const good = rows.filter(({ verdict, twin, missedCase }) => !verdict && !twin && !missedCase).slice(0, 3)
const missed = rows.find(({ verdict, met }) => verdict === 'missed' && met !== true)

const determinations: Determinations = {
  run: sampleRecord().run.id,
  assessor: { name: 'A. Lindqvist', organisation: 'Lindqvist Audit', independence: 'external' },
  determined: '2026-11-30',
  controls: [{ control: 'si-4', state: 'satisfied', reason: 'Read with the runs of the year.' }],
}

const exception = goodException(missed?.id, 'EXC-7')

async function documents(record = sampleRecord(), given: ReportContext = { controls }) {
  const files = await oscal.render(record, given)
  // biome-ignore lint/suspicious/noExplicitAny: documents of many shapes
  return new Map<string, any>(files.map(({ path, content }) => [path.split('.')[2] ?? '', JSON.parse(String(content))]))
}

t.test('every document is what the schemas of OSCAL ask for', async (t) => {
  const samples: [string, ReturnType<typeof sampleRecord>, ReportContext][] = [
    ['everything', sampleRecord({ trials: 2 }), { controls, determinations, exceptions: [exception] }],
    ['without mappings', sampleRecord(), {}],
    ['nothing wrong', sampleRecord({ scenarios: good }), { controls }],
    ['nothing played', sampleRecord({ scenarios: [], authorisation: null }), { controls }],
    ['hostile text', sampleRecord({ scenarios: rows.slice(0, 6), text: hostileText }), { controls }],
  ]
  for (const [name, record, given] of samples)
    for (const [kind, document] of await documents(record, given))
      for (const [whose, check] of Object.entries(checks))
        t.strictSame(check(document), [], `${name}, ${kind}, ${whose}`)
})

t.test('the schemas refuse what is wrong', async (t) => {
  const ar = (await documents()).get('ar')
  const broken: [string, (result: Record<string, unknown>) => void][] = [
    ['an empty list', (result) => Object.assign(result, { risks: [] })],
    ['no start', (result) => delete result.start],
    ['a key of our own', (result) => Object.assign(result, { verdict: 'x' })],
  ]
  for (const [name, change] of broken)
    for (const [whose, check] of Object.entries(checks)) {
      const copy = structuredClone(ar)
      change(copy['assessment-results'].results[0])
      t.not(check(copy).length, 0, `${name}, ${whose}`)
    }
})

t.test('everything measured is an observation, and every gap a risk and an item of the plan of action', async (t) => {
  const record = sampleRecord()
  const all = await documents(record)
  const [result] = all.get('ar')['assessment-results'].results
  t.equal(result.observations.length, 1 + 2 * record.run.scenarios.length)
  const items = all.get('poam')['plan-of-action-and-milestones']['poam-items']
  t.equal(items.length, result.risks.length)
  t.ok(items.length > 3)
  t.equal((await documents(sampleRecord({ scenarios: good }))).has('poam'), false, 'no gap, no plan of action')
})

t.test('gaps are not-satisfied findings, and nothing is satisfied without an assessor', async (t) => {
  const findings = (document: Awaited<ReturnType<typeof documents>>) =>
    (document.get('ar')['assessment-results'].results[0].findings ?? []) as {
      target: { 'target-id': string; status: { state: string } }
      origins: { actors: { type: string }[] }[]
    }[]
  const plain = findings(await documents())
  t.ok(plain.some(({ target }) => target['target-id'] === 'si-4_obj'))
  t.ok(
    plain.every(
      ({ target, origins }) => target.status.state === 'not-satisfied' && origins[0]?.actors[0]?.type === 'tool',
    ),
  )
  t.strictSame(
    findings(await documents(sampleRecord({ scenarios: good }))),
    [],
    'no gap, and still nothing is satisfied',
  )
  t.strictSame(findings(await documents(sampleRecord(), {})), [], 'no mapping, no finding')

  const decided = await documents(sampleRecord(), { controls, determinations })
  const [satisfied, ...more] = findings(decided).filter(({ target }) => target.status.state === 'satisfied')
  t.strictSame(more, [])
  t.match(satisfied, { target: { 'target-id': 'si-4_obj' }, origins: [{ actors: [{ type: 'party' }] }] })
  t.match(decided.get('ar')['assessment-results'].results[0].attestations[0].parts[0].prose, /A. Lindqvist.*external/)
  const elsewhere = { ...determinations, controls: [{ control: 'si-4.23', state: 'satisfied' as const, reason: 'x' }] }
  await t.rejects(documents(sampleRecord(), { controls, determinations: elsewhere }), /si-4.23 was decided/)
})

t.test('only controls with a decided scenario are listed as reviewed', async (t) => {
  const ids = async (record: ReturnType<typeof sampleRecord>) =>
    (await documents(record))
      .get('ap')
      ['assessment-plan']['reviewed-controls']['control-selections'][0]['include-controls']?.map(
        (one: Record<string, string>) => one['control-id'],
      )
  t.ok((await ids(sampleRecord()))?.includes('si-4.9'))
  t.notOk((await ids(sampleRecord()))?.includes('si-4.23'), 'no process was watched')
  t.strictSame(await ids(sampleRecord({ scenarios: [] })), ['none'])
})

t.test('an exception changes the state of the risk, not the observation', async (t) => {
  t.ok(missed)
  const plain = (await documents()).get('ar')['assessment-results'].results[0]
  const excepted = (await documents(sampleRecord(), { controls, exceptions: [exception] })).get('ar')[
    'assessment-results'
  ].results[0]
  const states = (result: { risks: { status: string }[] }) =>
    result.risks.filter(({ status }) => status === 'deviation-approved').length
  t.equal(states(plain), 0)
  t.equal(states(excepted), 1)
  t.equal(excepted.risks.length, plain.risks.length)
  t.match(JSON.stringify(excepted.observations), /"verdict"[^}]*"missed"/)
})

t.test('exporting again gives the same bytes; another record gives other identifiers', async (t) => {
  const text = async (record: ReturnType<typeof sampleRecord>) =>
    JSON.stringify(await oscal.render(record, { controls }))
  t.equal(await text(sampleRecord()), await text(sampleRecord()))
  const one = (await documents(sampleRecord({ scenarios: good }))).get('ar')['assessment-results']
  const other = (await documents(sampleRecord({ scenarios: good.slice(1) }))).get('ar')['assessment-results']
  t.not(one.uuid, other.uuid)
})

t.test('the results name the plan by its digest', async (t) => {
  const files = new Map(
    (await oscal.render(sampleRecord(), { controls })).map(({ path, content }) => [path, String(content)]),
  )
  const ar = JSON.parse(files.get('report.oscal.ar.json') ?? '')['assessment-results']
  const [resource] = ar['back-matter'].resources
  t.equal(ar['import-ap'].href, `#${resource.uuid}`)
  const [{ href, hashes }] = resource.rlinks
  t.equal(
    hashes[0].value,
    createHash('sha256')
      .update(files.get(href) ?? '')
      .digest('hex'),
  )
})

t.test('a name in the DNS namespace gives the UUID of RFC 9562', async (t) => {
  // Appendix A.4
  t.equal(uuid5('www.example.com', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'), '2ed6657d-e927-568b-95e1-2665a8aea6a2')
})

import t from 'tap'
import { resultOf, statementOf } from '../../../harness/attestation/statement.ts'
import { figures, type ScenarioFigures } from '../../../harness/evidence/figures.ts'
import { sampleRecord } from '../../reports/sample-record.ts'
import { rows } from '../../reports/sample-scenarios.ts'

const record = sampleRecord()
const [sample] = figures(record).scenarios
const digest = 'a'.repeat(64)

/** A scenario with these figures; `defect` is whether an alert on legal traffic was known. */
function scenario(
  outcome: ScenarioFigures['outcome'],
  met: boolean | null,
  twin: ScenarioFigures['twin'],
  defect?: 'known' | 'unknown',
) {
  if (!sample) throw new Error('the sample has no scenario')
  const controls = sample.controls.map((trial) =>
    defect ? { ...trial, verdict: 'rule-defect' as const, met: defect === 'known' } : trial,
  )
  return { ...sample, outcome, met, twin, controls }
}

t.test('a gap is never passed, known or not', async (t) => {
  for (const [one, result] of [
    [scenario('detected', true, 'quiet'), 'passed'],
    [scenario('detected', true, null), 'passed'],
    [scenario('detected', false, 'quiet'), 'failed'],
    [scenario('detected', true, 'false-alarm'), 'failed'],
    [scenario('detected', true, 'inconclusive'), 'warned'],
    [scenario('detected', true, 'rule-defect', 'known'), 'warned'],
    [scenario('detected', true, 'rule-defect', 'unknown'), 'failed'],
    [scenario('partial', false, 'quiet'), 'failed'],
    [scenario('logged', true, 'quiet'), 'warned'],
    [scenario('logged', false, 'quiet'), 'failed'],
    [scenario('missed', true, 'quiet'), 'warned'],
    [scenario('missed', false, 'quiet'), 'failed'],
    [scenario('inconclusive', null, 'quiet'), 'warned'],
    [scenario('inconclusive', null, 'false-alarm'), 'failed'],
    [scenario('not-applicable', null, 'quiet'), null],
  ] as const)
    t.equal(resultOf(one), result, `${one.outcome}, met ${one.met}, twin ${one.twin}`)
})

t.test('the statement is of in-toto, about the manifest, and names every scenario at most once', async (t) => {
  const statement = statementOf(record, digest)
  t.match(statement, {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'manifest.json', digest: { sha256: digest } }],
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: { result: 'FAILED' },
  })
  const { passedTests, warnedTests, failedTests, configuration } = statement.predicate
  const named = [...passedTests, ...warnedTests, ...failedTests]
  t.equal(new Set(named).size, named.length)
  t.ok(passedTests.length > 0 && warnedTests.length > 0 && failedTests.length > 0)
  for (const { name, digest: of } of configuration) t.match(of.sha256, /^[0-9a-f]{64}$/, name)
  for (const what of ['campaign', 'rules: ', 'image: ', 'scenario: '])
    t.ok(
      configuration.some(({ name }) => name.startsWith(what)),
      what,
    )
})

t.test('PASSED only when everything is, and something was played to its end', async (t) => {
  const good = rows.filter((row) => row.sid && !row.verdict && !row.twin && !row.missedCase).slice(0, 3)
  const fine = sampleRecord({ scenarios: good })
  t.equal(statementOf(fine, digest).predicate.result, 'PASSED')
  t.equal(statementOf({ ...fine, run: { ...fine.run, incomplete: true } }, digest).predicate.result, 'WARNED')
  t.equal(statementOf(sampleRecord({ scenarios: [] }), digest).predicate.result, 'WARNED')
})

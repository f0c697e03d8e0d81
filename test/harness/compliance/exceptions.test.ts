import t from 'tap'
import { type Exception, parseExceptions } from '../../../harness/compliance/exceptions.ts'
import { coveredBy, reviewExceptions } from '../../../harness/compliance/review-exceptions.ts'
import { figures } from '../../../harness/evidence/figures.ts'
import { sampleRecord } from '../../reports/sample-record.ts'
import { rows } from '../../reports/sample-scenarios.ts'
import { goodException } from './good-exception.ts'

const record = sampleRecord()
const { scenarios } = figures(record)
const known = record.run.scenarios
const idOf = (verdict: string) =>
  scenarios.find((one) => one.outcome === verdict && one.met === false && one.twin === 'quiet')?.scenario.id ?? ''
const missed = idOf('missed')
const fine = scenarios.find(({ met, twin }) => met === true && twin === 'quiet')?.scenario.id ?? ''
const loud = scenarios.find(({ twin }) => twin === 'false-alarm')?.scenario.id ?? ''
const day = '2026-11-24'

function exception(changes: Partial<Exception> = {}): Exception {
  return { ...goodException(missed), ...changes }
}

const select = (selector: NonNullable<Exception['select']>) => ({ scenario: undefined, select: selector })

t.test('what is wrong with an exception is reported, and whether it holds all the same', async (t) => {
  t.ok(missed && fine && loud)
  const cases: [string, Partial<Exception>, string[], boolean, string[]][] = [
    ['a good one', {}, [], true, [missed]],
    ['its last day', { expires: day }, [], true, [missed]],
    ['the day after', { expires: '2026-11-23' }, ['expired'], false, []],
    ['not approved yet', { approved: '2026-11-25' }, ['not-yet'], false, []],
    ['of a scenario that is not there', { scenario: 'gone' }, ['orphaned'], false, []],
    ['approved by its owner', { approver: ' b.  OWNER ' }, ['self-approved'], false, []],
    ['for everything', select({ ids: ['*'] }), ['too-broad'], false, []],
    ['for a family', select({ ids: [`${missed.slice(0, -1)}*`] }), [], true, [missed]],
    [
      'for more than it says',
      { ...select({ ids: [`${missed.slice(0, -1)}*`, fine] }), scenarios: 1 },
      ['broader'],
      false,
      [],
    ],
    ['for as many as it says', { ...select({ ids: [missed, fine] }), scenarios: 2 }, [], true, [missed]],
    ['for years', { expires: '2029-01-01' }, ['too-long'], true, [missed]],
    ['of another outcome', { accepts: ['logged'] }, ['masking'], true, []],
    ['of a false alarm that is not accepted', { scenario: loud }, ['masking'], true, []],
    ['of a false alarm', { scenario: loud, accepts: ['false-alarm'] }, [], true, [loud]],
    ['of what is fine', { scenario: fine }, ['needless'], true, []],
  ]
  for (const [name, changes, problems, inForce, covers] of cases) {
    const [review] = reviewExceptions([exception(changes)], known, day, scenarios)
    t.strictSame(
      review?.problems.map(({ kind }) => kind),
      problems,
      `${name}: problems`,
    )
    t.equal(review?.inForce, inForce, `${name}: in force`)
    t.strictSame(review?.covers, covers, `${name}: covers`)
  }
})

t.test('without a run, an exception covers nothing, and its form is checked all the same', async (t) => {
  const [review] = reviewExceptions([exception({ expires: '2026-11-02' })], known, day)
  t.match(review, { covers: [], problems: [{ kind: 'expired' }] })
})

t.test('of two that cover the same scenario, the first counts', async (t) => {
  const reviewed = reviewExceptions([exception(), exception({ id: 'EXC-2' })], known, day, scenarios)
  t.equal(coveredBy(reviewed).get(missed)?.id, 'EXC-1')
})

t.test('an exception changes no figure', async (t) => {
  const before = JSON.stringify(figures(record))
  reviewExceptions([exception(), exception(select({ ids: ['*'] }))], known, day, scenarios)
  t.equal(JSON.stringify(figures(record)), before)
  t.ok(rows.length > 20)
})

const text = `exceptions:
  - id: EXC-1
    scenario: tcp-null-scan
    accepts: [missed]
    reason: r
    owner: B
    approver: C
    approved: 2026-11-01
    expires: 2026-12-31
    compensatingControl: c
    ticket: T-1
`

t.test('a register is read with positions', async (t) => {
  const parse = (yaml: string) => parseExceptions({ file: 'exceptions.yaml', text: yaml, digest: '' })
  t.match(parse(text), [{ id: 'EXC-1', expires: '2026-12-31' }])
  t.strictSame(parse('exceptions: []\n'), [])
  for (const [name, from, to, expected] of [
    ['no owner', '    owner: B\n', '', /:2:5: missing key "owner"/],
    ['a typing error', 'expires', 'expire', /:9:5: unknown key "expire"; did you mean "expires"/],
    ['no date', '2026-12-31', 'never', /:9:14/],
    ['neither scenario nor select', '    scenario: tcp-null-scan\n', '', /:2:5: .*give either scenario or select/],
    ['both', 'accepts', 'select: { ids: [x] }\n    accepts', /give either scenario or select/],
    ['an outcome that cannot be accepted', '[missed]', '[inconclusive]', /:4:15: .*not allowed/],
    ['twice', text.slice(12), text.slice(12).repeat(2), /:12:9: .*is there twice/],
  ] as const)
    t.throws(() => parse(text.replace(from, to)), { code: 'BAD_INPUT', message: expected }, name)
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { load } from 'js-yaml'
import t from 'tap'
import { exceptionsJsonSchema } from '../../harness/compliance/json-schema.ts'
import { figures } from '../../harness/evidence/figures.ts'
import { writeRecord } from '../../harness/evidence/write.ts'
import { sampleRecord } from '../reports/sample-record.ts'
import { smallLibrary } from './small-library.ts'
import { root, tocsin } from './tocsin.ts'
import { goodException } from '../harness/compliance/good-exception.ts'

const record = sampleRecord()
const { scenarios } = figures(record)
const missed = scenarios.find(({ outcome, met }) => outcome === 'missed' && met === false)?.scenario.id ?? ''

/** One exception as YAML in flow style; `changes` take the place of what a good one has. */
function exception(id: string, changes: Record<string, unknown> = {}): string {
  const entries = Object.entries({ ...goodException(missed, id), ...changes }).filter(([, value]) => value !== null)
  return `  - ${JSON.stringify(Object.fromEntries(entries))}\n`
}

t.test('exceptions lists days left and every kind of problem', async (t) => {
  const cwd = t.testdir()
  await smallLibrary(join(cwd, 'library'))
  await writeRecord({ out: join(cwd, 'run') }, record)
  const text = [
    exception('good'),
    exception('last-day', { expires: '2026-11-24' }),
    exception('expired', { expires: '2026-11-23' }),
    exception('not-yet', { approved: '2026-11-25' }),
    exception('self-approved', { approver: 'b. owner' }),
    exception('orphaned', { scenario: 'gone' }),
    exception('too-broad', { scenario: null, select: { ids: ['*'] } }),
    exception('broader', {
      scenario: null,
      select: { ids: [`${missed.slice(0, -1)}*`, 'tcp-null-scan'] },
      scenarios: 1,
    }),
    exception('masking', { accepts: ['logged'] }),
    exception('too-long', { expires: '2029-01-01' }),
  ]
  await writeFile(join(cwd, 'exceptions.yaml'), `exceptions:\n${text.join('')}`)
  const { code, stdout, stderr } = await tocsin(['exceptions', '--run', 'run', '--scenarios', 'library'], { cwd })
  t.equal(code, 1, stderr)
  t.match(stdout, /^10 exceptions on 2026-11-24\n/)
  t.match(stdout, /^good: in force until 2026-12-31, 37 days left; /m)
  t.match(stdout, /^last-day: in force until 2026-11-24, its last day; /m)
  t.match(stdout, /^expired: void until 2026-11-23, over for 1 day; /m)
  for (const kind of ['expired', 'not-yet', 'self-approved', 'orphaned', 'too-broad', 'broader', 'masking', 'too-long'])
    t.match(stdout, new RegExp(`^${kind}: .*\n(  covers .*\n)?  ${kind} `, 'm'), kind)
  const asJson = await tocsin(['exceptions', '--on', '2026-12-21', '--scenarios', 'library', '--json'], { cwd })
  const { exceptions } = JSON.parse(asJson.stdout) as { exceptions: { daysLeft: number }[] }
  t.equal(exceptions[0]?.daysLeft, 10)
})

t.test('validate checks exceptions, mappings, determinations and lists of monitors', async (t) => {
  const cwd = t.testdir()
  const files: Record<string, string> = {
    'exceptions.yaml': `exceptions:\n${exception('one')}`,
    'assessed.yaml':
      "run: r1\nassessor: { name: D., organisation: E., independence: external }\ndetermined: 2026-11-25\ncontrols:\n  - { control: si-4, state: satisfied, reason: 'Seen.' }\n",
    'monitors.yaml': '- { type: suricata-eve, name: mine, path: eve.json }\n',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text)
  const mapping = join(root, 'scenarios/controls/dora.yaml')
  const fine = await tocsin(['validate', ...Object.keys(files), mapping], { cwd })
  t.equal(fine.code, 0, fine.stderr)
  t.match(fine.stdout, /^exceptions.yaml: valid register of 1 exception; /m)
  t.match(fine.stdout, /^assessed.yaml: valid determinations of 1 control for run r1$/m)
  t.match(fine.stdout, /^monitors.yaml: valid list of 1 monitor$/m)
  t.match(fine.stdout, /dora.yaml: valid mapping of \d+ controls$/m)

  const broken: [string, string, RegExp][] = [
    [
      'exceptions.yaml',
      `exception:\n${exception('one')}`,
      /exceptions.yaml:1:1: unknown key "exception"; did you mean "exceptions"/,
    ],
    [
      'register.yaml',
      `exceptions:\n${exception('one', { owners: 'B.' })}`,
      /register.yaml:2:\d+: unknown key "owners"/,
    ],
    [
      'assessed.yaml',
      files['assessed.yaml']?.replace('assessor', 'asessor') ?? '',
      /assessed.yaml:2:1: unknown key "asessor"; did you mean "assessor"/,
    ],
    [
      'assessed.yaml',
      files['assessed.yaml']?.replace('satisfied', 'satisfed') ?? '',
      /assessed.yaml:5:\d+: .*did you mean "satisfied"/,
    ],
    [
      'mine.yaml',
      'framework: mine\ntitle: Mine\nversion: 1\nsource: s\nretreived: 2026-11-24\nrows: []\n',
      /mine.yaml:5:1: unknown key "retreived"; did you mean "retrieved"/,
    ],
    ['monitors.yaml', '- { type: suricata-eve, nam: mine, path: eve.json }\n', /monitors.yaml:1:3: missing key "name"/],
  ]
  for (const [name, text, expected] of broken) {
    await writeFile(join(cwd, name), text)
    const bad = await tocsin(['validate', name], { cwd })
    t.equal(bad.code, 2, `${name}\n${bad.stdout}`)
    t.match(bad.stderr, expected, name)
  }
})

t.test('the JSON Schema of a register takes what Tocsin takes', async (t) => {
  const ajv = new Ajv({ strict: false })
  formats.default(ajv)
  const valid = ajv.compile(exceptionsJsonSchema())
  for (const [name, text, isGood] of [
    ['one scenario', exception('one'), true],
    ['several', exception('one', { scenario: null, select: { ids: ['x-*'] } }), true],
    ['both', exception('one', { select: { ids: ['x-*'] } }), false],
    ['neither', exception('one', { scenario: null }), false],
    ['an unknown key', exception('one', { expire: '2026-12-31' }), false],
  ] as const)
    t.equal(valid(load(`exceptions:\n${text}`)), isGood, name)
})

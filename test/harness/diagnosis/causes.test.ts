import { readdir } from 'node:fs/promises'
import t from 'tap'
import type { Join } from '../../../harness/correlation/join.ts'
import type { Diagnosed } from '../../../harness/diagnosis/cause.ts'
import { diagnose } from '../../../harness/diagnosis/diagnose.ts'
import { causes } from '../../../harness/diagnosis/registry.ts'
import type { RuleTrial } from '../../../harness/diagnosis/try-rule.ts'
import type { RecordedConfiguration, RecordedObservation, RecordedTrial } from '../../../harness/evidence/record.ts'
import { sampleRecord } from '../../reports/sample-record.ts'

const { run, trials } = sampleRecord()
const rule = '2210037'
const [sample] = trials.filter(({ kind }) => kind === 'stimulus')
if (!sample) throw new Error('the sample has a stimulus')
const monitor = run.monitors[0]?.name ?? ''

/** What the rule file of the monitor says, with changes. */
function configuration(change: Partial<RecordedConfiguration> = {}, state = {}): RecordedConfiguration {
  const there = {
    rule,
    file: '/rules/stream.rules',
    line: 41,
    isEnabled: true,
    why: null,
    protocol: 'modbus',
    ...state,
  }
  const base = { monitor, files: [{ file: '/rules/stream.rules', digest: 'd' }], rules: 9, enabled: 8 }
  return { ...base, expected: [there], exceptions: [], parsersOff: [], ...change }
}

interface Given {
  trial?: Partial<RecordedTrial>
  expected?: 'detected' | 'logged'
  configurations?: RecordedConfiguration[]
  seen?: boolean
  tried?: Partial<RuleTrial>[]
}

function diagnosed({ trial = {}, expected = 'detected', configurations, seen = true, tried = [] }: Given): Diagnosed {
  const scenario = run.scenarios.find(({ id }) => id === sample?.scenario)
  if (!scenario || !sample) throw new Error('the sample has its scenario')
  const { joins: _, ...plain } = sample
  const played: RecordedTrial = {
    ...plain,
    verdict: 'logged',
    reason: 'A reason.',
    alerts: [],
    layers: seen ? ['flow'] : [],
    latencyMs: null,
    ...trial,
  }
  const told: RecordedObservation = {
    monitor,
    kind: 'telemetry',
    layer: 'flow',
    event: 'flow',
    at: run.startedAt,
    receivedAt: run.startedAt,
    rule: null,
    trial: played.id,
    matchedBy: 'flow',
    raw: {},
  }
  return {
    run: { ...run, ...(configurations ? { configurations } : {}) },
    scenario: { ...scenario, expected, expectedRules: expected === 'logged' ? {} : { suricata: [rule] } },
    trial: played,
    observations: seen ? [told] : [],
    tried: tried.map((one) => ({
      rule: 'a',
      title: 'A',
      file: 'a.yml',
      considered: 2,
      matches: 0,
      missing: [],
      ...one,
    })),
  }
}

const alert = { monitor, rule: '1', name: 'one', at: run.startedAt }
const join: Join = {
  network: 'eve',
  process: 'audit',
  outcome: 'impossible',
  keys: [],
  missing: ['destination address'],
  differing: [],
  candidates: [],
  apartMs: null,
  reason: 'No record of audit names an address of the connection.',
}
const whole = { ...sample.proof, frames: 2, found: 2 }

/** What the record says, and the causes that are found in it, with a part of what is said of the first. */
const table: [string, Given, string[], RegExp?][] = [
  [
    'frames missing on the wire',
    { trial: { verdict: 'inconclusive', proof: { frames: 2, found: 1 } } },
    ['not-proven'],
  ],
  ['a sentinel that nobody heard', { trial: { verdict: 'inconclusive', proof: whole } }, ['not-listening']],
  ['no monitor', { trial: { verdict: 'not-applicable' } }, ['no-monitor']],
  [
    'an alert after the window',
    { trial: { verdict: 'partial', shortfall: 'late', alerts: [alert] } },
    ['too-late'],
    /hold/,
  ],
  ['an alert without a field', { trial: { verdict: 'partial', shortfall: 'fields' } }, ['field-missing']],
  [
    'an alert whose process is not told',
    { trial: { verdict: 'partial', shortfall: 'unjoined', joins: [join] } },
    ['unjoined'],
    /^eve with audit: No record of audit .*nothing to compare in destination address\.$/,
  ],
  [
    'the rule is commented out',
    { configurations: [configuration({}, { isEnabled: false, why: 'it is commented out' })] },
    ['rule-disabled'],
    /switched off: \/rules\/stream\.rules:41: it is commented out\.$/,
  ],
  [
    'the rule is commented out in one file and in force in another',
    {
      configurations: [
        configuration({
          expected: [
            { rule, file: 'a', line: 1, isEnabled: false, why: 'off', protocol: null },
            { rule, file: 'b', line: 2, isEnabled: true, why: null, protocol: null },
          ],
        }),
      ],
    },
    ['rule-silent'],
    /in force \(b:2\)/,
  ],
  [
    'the parser is off',
    { configurations: [configuration({ parsersOff: ['modbus'] })] },
    ['parser-off'],
    /^Rule 2210037 is for modbus, whose parser is off/,
  ],
  [
    'a parser is off that the rule does not need',
    { configurations: [configuration({ parsersOff: ['enip'] })] },
    ['rule-silent'],
  ],
  [
    'the rule is suppressed',
    {
      configurations: [
        configuration({
          exceptions: [
            { rule, file: '/t.config', line: 3, kind: 'suppress', text: `suppress gen_id 1, sig_id ${rule}` },
          ],
        }),
      ],
    },
    ['suppressed'],
    /\/t\.config:3: suppress gen_id 1, sig_id 2210037\.$/,
  ],
  [
    'all rules have a threshold',
    {
      configurations: [
        configuration({
          exceptions: [
            { rule: '*', file: '/t.config', line: 4, kind: 'threshold', text: 'threshold gen_id 0, sig_id 0' },
          ],
        }),
      ],
    },
    ['suppressed'],
  ],
  [
    'the rule is in no file',
    { configurations: [configuration({ expected: [] })] },
    ['rule-absent'],
    /among the 9 in the 1 files/,
  ],
  [
    'there are no rules',
    { configurations: [configuration({ expected: [], files: [], rules: 0 })] },
    ['rule-absent'],
    /works with no rules at all; expected is rule 2210037\.$/,
  ],
  ['the rule is in force and silent', { configurations: [configuration()] }, ['rule-silent']],
  [
    'nothing at all was recorded of it',
    { trial: { verdict: 'missed' }, configurations: [configuration()], seen: false },
    ['not-on-path'],
    /recorded nothing of (its one frame|any of its \d+ frames), though it heard \d+ of \d+ sentinels/,
  ],
  [
    'nothing is told of it, but a layer saw it',
    { trial: { layers: ['flow'] }, configurations: [configuration({ expected: [] })], seen: false },
    ['rule-absent'],
  ],
  ['an older record does not say what is short', { trial: { verdict: 'partial' } }, ['other-rule']],
  ['nothing is known of the rules', {}, ['rules-unknown']],
  ['no rule is known', { expected: 'logged' }, ['no-rule-known']],
  [
    'another rule alerted',
    {
      trial: { verdict: 'partial', shortfall: 'other-rule', alerts: [alert] },
      configurations: [configuration({ expected: [] })],
    },
    ['rule-absent', 'other-rule'],
  ],
  [
    'only the time ties the alert',
    { trial: { verdict: 'partial', shortfall: 'time-only' }, configurations: [configuration()], seen: false },
    ['not-on-path', 'other-rule'],
  ],
  ['the Sigma rule fits', { tried: [{ matches: 1 }] }, ['rule-fits', 'rules-unknown'], /matches 1 of the 2 records/],
  [
    'a field is not there',
    { tried: [{ missing: ['Image'] }] },
    ['field-absent', 'rules-unknown'],
    /asks for Image, which none of the 2/,
  ],
  ['the Sigma rule does not fit', { tried: [{}] }, ['rule-differs', 'rules-unknown']],
  [
    'no record is of its kind',
    { tried: [{ considered: 0 }] },
    ['rule-differs', 'rules-unknown'],
    /of which the trial left none/,
  ],
  ['it was detected', { trial: { verdict: 'detected' }, configurations: [configuration()] }, []],
  ['a benign twin', { trial: { kind: 'control', verdict: 'quiet' } }, []],
]

for (const [name, given, expected, sentence] of table) {
  t.test(name, async (t) => {
    const found = diagnose(diagnosed(given))
    t.same(
      found.map(({ cause }) => cause),
      expected,
    )
    if (sentence) t.match(found[0]?.sentence, sentence)
    for (const finding of found) t.match(finding.sentence, /^\S[^\n]*\.$/)
  })
}

t.test('every cause is registered under the name of its file, and the table has a record for it', async (t) => {
  const files = await readdir(new URL('../../../harness/diagnosis/causes/', import.meta.url))
  const names = causes.map(({ name }) => name).sort()
  t.same(files.flatMap((file) => (file.endsWith('.js') ? [file.replace('.js', '')] : [])).sort(), names)
  t.same([...new Set(table.flatMap(([, , found]) => found))].sort(), names)
})

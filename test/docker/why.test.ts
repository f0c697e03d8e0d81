import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { readRecord } from '../../harness/evidence/read.ts'
import { tocsin } from '../cli/tocsin.ts'
import { ownSuricata, withoutRoot } from './own-suricata.ts'
import { audit } from './audit-lock.ts'

const lock = audit('shared')
t.teardown(() => lock[Symbol.dispose]())

/** A rule is commented out, another one suppressed, and a parser is off, as the package has it. */
const prepare = `
  sed -i '/sid:2210037;/s/^/# /' /etc/suricata/rules/stream-events.rules
  echo 'suppress gen_id 1, sig_id 2200070' >> /etc/suricata/threshold.config
  mkdir /eve/rules && cp /etc/suricata/rules/*-events.rules /eve/rules
  cp /etc/suricata/threshold.config /eve/threshold.config
  cp /etc/suricata/suricata.yaml /eve/suricata.yaml`

const monitors = `- type: suricata-eve
  name: soc
  path: eve/eve.json
  rules: [eve/rules]
  thresholds: eve/threshold.config
  configuration: eve/suricata.yaml
`

interface Told {
  trials: { verdict: string; diagnosis: { cause: string; sentence: string }[] }[]
}

t.test(
  'why says which line, which parser and which exception kept an alert from coming',
  { skip: withoutRoot },
  async (t) => {
    const cwd = t.testdir()
    const suricata = await ownSuricata(t, join(cwd, 'eve'), prepare)
    await writeFile(join(cwd, 'monitors.yaml'), monitors)
    const chosen = 'tcp-fin-scan,frag4-duplicate,modbus-bad-length,icmp-unknown-type'
    const mine = [
      'run',
      '--mirror',
      suricata.mirror,
      '--monitors',
      'monitors.yaml',
      '--only',
      chosen,
      '--format',
      'csv,markdown',
    ]
    const { code, stdout, stderr } = await tocsin(mine, { cwd })
    t.equal(code, 1, `${stdout}${stderr}`)
    await suricata.stop()

    const { run: record } = await readRecord(join(cwd, 'runs/latest'))
    const [known] = record.configurations ?? []
    t.match(known, { monitor: 'soc', expected: [{ rule: String, file: String, line: Number }] })
    t.ok(known?.files.every(({ digest }) => /^[0-9a-f]{64}$/.test(digest)))

    const why = async (scenario: string): Promise<Told> => {
      const told = await tocsin(['why', 'runs/latest', scenario, '--json'], { cwd })
      t.equal(told.code, 0, told.stderr)
      return JSON.parse(told.stdout) as Told
    }
    const lines = (await readFile(join(cwd, 'eve/rules/stream-events.rules'), 'utf8')).split('\n')
    const line = lines.findIndex((text) => text.includes('sid:2210037;')) + 1
    t.ok(line > 0)
    const expected: [string, string, RegExp][] = [
      [
        'tcp-fin-scan',
        'rule-disabled',
        new RegExp(`^Rule 2210037 of soc is switched off: .*stream-events\\.rules:${line}: it is commented out\\.$`),
      ],
      [
        'frag4-duplicate',
        'suppressed',
        /^soc holds the alert back: .*threshold\.config:\d+: suppress gen_id 1, sig_id 2200070\.$/,
      ],
      [
        'modbus-bad-length',
        'parser-off',
        /^Rule 2250003 is for modbus, whose parser is off in soc: app-layer\.protocols\.modbus/,
      ],
    ]
    const report = await readFile(join(cwd, 'runs/latest/report.md'), 'utf8')
    for (const [scenario, cause, sentence] of expected) {
      const { trials } = await why(scenario)
      t.equal(trials.length, 1)
      t.match(trials[0], { verdict: /^(logged|missed)$/, diagnosis: [{ cause, sentence }] }, scenario)
    }
    t.match(report, /Likeliest cause: the rule is switched off: Rule 2210037/)
    t.same(
      (await why('icmp-unknown-type')).trials.map(({ verdict, diagnosis }) => [verdict, diagnosis]),
      [['detected', []]],
    )
  },
)

t.test('why evaluates Sigma rules again over what was recorded of a process', async (t) => {
  const cwd = t.testdir()
  const { code, stderr } = await tocsin(['run', '--only', 'python-socket', '--rules', 'none', '--format', 'csv'], {
    cwd,
  })
  t.equal(code, 0, stderr)
  const rules = fileURLToPath(new URL('../../../harness/sensors/endpoint/sigma', import.meta.url))
  const told = await tocsin(['why', 'python-socket', '--rules', rules, '--json'], { cwd })
  t.match(JSON.parse(told.stdout), {
    trials: [
      {
        verdict: 'logged',
        diagnosis: [
          {
            cause: 'rule-fits',
            sentence: /^Rule \S+ "TOCSIN Interpreter opens a network connection" .* matches 1 of the \d+ records/,
          },
        ],
      },
    ],
  })
  const all = await tocsin(['why', 'runs/latest'], { cwd })
  t.match(all.stdout, /^python-socket: [^\n]+\n\nlogged\. No alert, but records of it/)
})

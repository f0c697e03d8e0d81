import { join } from 'node:path'
import t from 'tap'
import { MonitorError } from '../../../harness/errors.ts'
import { readSuricataConfiguration } from '../../../harness/monitors/suricata-configuration.ts'
import { readSuricataRules, readThresholds } from '../../../harness/monitors/suricata-rules.ts'

const rules: [string, string, object | null][] = [
  [
    'a rule',
    'alert tcp any any -> any any (msg:"a"; sid:7; rev:2;)',
    { rule: '7', isEnabled: true, why: null, protocol: 'tcp' },
  ],
  [
    'one that is commented out',
    '# alert pkthdr any any -> any any (msg:"a"; sid: 8; )',
    { rule: '8', isEnabled: false, protocol: 'pkthdr' },
  ],
  ['without a blank', '#alert modbus any any -> any any (sid:9;)', { rule: '9', isEnabled: false, protocol: 'modbus' }],
  ['twice', '## alert http any any -> any any (msg:"x; y"; sid:10;)', { rule: '10', isEnabled: false }],
  ['that drops', 'drop udp any any -> any any (sid:11;)', { rule: '11', isEnabled: true }],
  ['over two lines', 'alert tcp any any -> any any \\\n  (msg:"a"; sid:12;)', { rule: '12', line: 1 }],
  ['a sentence', '# alert if STARTTLS was not followed by actual SSL/TLS', null],
  ['without a number', 'alert tcp any any -> any any (msg:"a";)', null],
  ['empty', '', null],
]
for (const [name, text, expected] of rules)
  t.test(`a line of a rule file: ${name}`, async (t) => {
    const found = readSuricataRules('a.rules', text)
    if (expected === null) t.same(found, [])
    else t.match(found, [{ file: 'a.rules', line: 1, ...expected }])
  })

t.test('lines are counted as an editor does', async (t) => {
  const text = '# one\nalert tcp any any -> any any \\\n (sid:1;)\n\n#alert tcp any any -> any any (sid:2;)\r\n'
  t.same(
    readSuricataRules('a', text).map(({ rule, line }) => [rule, line]),
    [
      ['1', 2],
      ['2', 5],
    ],
  )
})

t.test('thresholds and exceptions, but no comments', async (t) => {
  const text = `# suppress gen_id 1, sig_id 1
suppress gen_id 1, sig_id 2200075, track by_src, ip 10.0.0.0/8
threshold gen_id 0, sig_id 0, type limit, track by_src, count 10, seconds 10
`
  t.same(readThresholds('t', text), [
    {
      rule: '2200075',
      file: 't',
      line: 2,
      kind: 'suppress',
      text: 'suppress gen_id 1, sig_id 2200075, track by_src, ip 10.0.0.0/8',
    },
    {
      rule: '*',
      file: 't',
      line: 3,
      kind: 'threshold',
      text: 'threshold gen_id 0, sig_id 0, type limit, track by_src, count 10, seconds 10',
    },
  ])
})

t.test('files of a Suricata: rules with digests, thresholds, and parsers that are off in either form', async (t) => {
  const folder = t.testdir({
    rules: {
      'b.rules': 'alert tcp any any -> any any (sid:2;)\n',
      'a.rules': '#alert tcp any any -> any any (sid:1;)\n',
      'x.txt': '',
    },
    thresholds: 'suppress gen_id 1, sig_id 2\n',
    'suricata.yaml':
      '%YAML 1.1\n---\napp-layer:\n  protocols:\n    modbus:\n      enabled: no\n    tls:\n      enabled: yes\n    imap: { enabled: detection-only }\n',
    dump: 'app-layer.protocols.modbus.enabled = no\napp-layer.protocols.tls.enabled = yes\napp-layer.protocols.imap.enabled = detection-only\n',
    'broken.yaml': 'a: [',
  })
  const at = (name: string) => join(folder, name)
  for (const configuration of ['suricata.yaml', 'dump']) {
    const found = readSuricataConfiguration({
      rules: [at('rules')],
      thresholds: at('thresholds'),
      configuration: at(configuration),
    })
    t.match(found, {
      files: [
        { file: at('rules/a.rules'), digest: /^[0-9a-f]{64}$/ },
        { file: at('rules/b.rules'), digest: /^[0-9a-f]{64}$/ },
      ],
      rules: [
        { rule: '1', isEnabled: false },
        { rule: '2', isEnabled: true },
      ],
      exceptions: [{ rule: '2' }],
    })
    t.same(found.parsersOff, ['modbus', 'imap'], configuration)
  }
  t.throws(() => readSuricataConfiguration({ rules: [at('nothing')] }), MonitorError)
  t.throws(() => readSuricataConfiguration({ rules: [], configuration: at('broken.yaml') }), MonitorError)
})

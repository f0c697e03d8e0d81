import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import t from 'tap'
import { readPcap } from '../../generators/wires/pcap-file.ts'
import { writeRecord } from '../../harness/evidence/write.ts'
import { sampleRecord } from '../reports/sample-record.ts'
import { piped } from './piped.ts'
import { silentEngine } from './silent-engine.ts'
import { smallLibrary } from './small-library.ts'
import { tocsin } from './tocsin.ts'

const run = promisify(execFile)
const library = ['--scenarios', 'library']

const workplace = async (folder: string) => dirname(await smallLibrary(join(folder, 'library')))

t.test('JSON goes to standard output alone, with keys that programs can rely on', async (t) => {
  const cwd = await workplace(t.testdir())
  await writeRecord({ runs: join(cwd, 'runs') }, sampleRecord())
  const scenario = [
    'analytic',
    'assumptions',
    'basis',
    'cases',
    'clause',
    'control',
    'correlate',
    'description',
    'expected',
    'file',
    'id',
    'kind',
    'knownDefects',
    'limits',
    'references',
    'rules',
    'stimulus',
    'techniques',
    'telemetry',
    'title',
  ]
  const keys: [string[], string[]][] = [
    [['list', ...library, '--json'], scenario],
    [['show', ...library, 'tcp-null-scan', '--json'], [...scenario, 'plays'].sort()],
    [
      ['plan', ...library, '--json'],
      ['baselined', 'campaign', 'scenarios', 'seed', 'sentinelEvery', 'subnet', 'totals', 'waves'],
    ],
    [
      ['validate', ...library, '--json'],
      ['cases', 'file', 'kind', 'scenarios'],
    ],
    [
      ['report', '--format', 'csv', '--json'],
      ['problems', 'reports'],
    ],
    [
      ['schema', 'monitors'],
      ['layers', 'settings', 'title', 'type'],
    ],
  ]
  for (const [args, expected] of keys) {
    const { code, stdout, stderr } = await tocsin(args, { cwd })
    t.equal(code, 0, stderr)
    t.equal(stderr, '')
    const value: unknown = JSON.parse(stdout)
    t.same(Object.keys((Array.isArray(value) ? value[0] : value) as object).sort(), expected, args.join(' '))
  }
})

t.test('a reader that has seen enough is no error', async (t) => {
  const cwd = await workplace(t.testdir())
  // Some megabytes: more than a pipe takes in.
  const plan = 'node --input-type=module --eval "$ENTRY" -- plan --scenarios library --trials 500 --json'
  t.ok((await piped(plan, {}, cwd)).stdout.length > 1_000_000)
  const { code, stdout, stderr } = await piped(`set -o pipefail; ${plan} | head -1`, {}, cwd)
  t.equal(code, 0)
  t.equal(stdout, '{\n')
  t.equal(stderr, '')
})

t.test('colours are for terminals that want them', async (t) => {
  const cwd = await workplace(t.testdir())
  const list = 'node --input-type=module --eval "$ENTRY" -- list --scenarios library'
  // script gives the program a terminal.
  const onTerminal = `script -qec '${list}' /dev/null`
  const terminal = { TERM: 'xterm', NO_COLOR: '' }
  t.match((await piped(onTerminal, terminal, cwd)).stdout, '\x1b[1m')
  t.notMatch((await piped(onTerminal, { ...terminal, NO_COLOR: '1' }, cwd)).stdout, '\x1b')
  t.notMatch((await piped(onTerminal, { ...terminal, TERM: 'dumb' }, cwd)).stdout, '\x1b')
  t.notMatch((await piped(list, terminal, cwd)).stdout, '\x1b')
})

t.test('a table on a terminal keeps to its width', async (t) => {
  const cwd = await workplace(t.testdir())
  const list = 'node --input-type=module --eval "$ENTRY" -- list --scenarios library'
  const narrow = await piped(`script -qec 'stty cols 60; ${list}' /dev/null`, { TERM: 'xterm' }, cwd)
  for (const line of stripVTControlCharacters(narrow.stdout).split(/\r?\n/)) t.ok(line.length <= 60, line)
  t.match(narrow.stdout, '…')
})

t.test('a pcap is not written to a terminal', async (t) => {
  const cwd = await workplace(t.testdir())
  const render = 'node --input-type=module --eval "$ENTRY" -- render tcp-null-scan -o - --scenarios library'
  const { code, stdout } = await piped(`script -qec '${render}' /dev/null`, {}, cwd)
  t.equal(code, 2)
  t.match(stdout, /would garble the terminal/)
})

t.test('render --all writes every case and twin as each alone is written', async (t) => {
  const cwd = await workplace(t.testdir())
  const { code, stdout, stderr } = await tocsin(['render', '--all', ...library, '-o', 'all'], { cwd })
  t.equal(code, 0, stderr)
  const files = (await readdir(join(cwd, 'all'))).sort()
  t.equal(stdout, `all: ${files.length} files\n`)
  t.ok(files.includes('tcp-fin-scan-services_port_22_stimulus.pcap'), files.join(' '))
  await tocsin(['render', 'icmp-unknown-type', '--control', ...library, '-o', 'one.pcap'], { cwd })
  t.ok(
    (await readFile(join(cwd, 'one.pcap'))).equals(await readFile(join(cwd, 'all', 'icmp-unknown-type_control.pcap'))),
  )
  for (const more of [['icmp-unknown-type'], ['--control']])
    t.equal((await tocsin(['render', '--all', ...more, ...library], { cwd })).code, 2, more.join(' '))
  t.match((await tocsin(['render', ...library], { cwd })).stderr, /the id of a scenario, or --all/)
})

t.test('render writes a pcap that tshark and we can read, the same each time', async (t) => {
  const cwd = await workplace(t.testdir())
  for (const args of [
    ['tcp-fin-scan-services', '--case', 'port=22'],
    ['icmp-unknown-type', '--control'],
  ]) {
    for (const file of ['once.pcap', 'twice.pcap']) {
      const { code, stdout, stderr } = await tocsin(['render', ...args, ...library, '-o', file], { cwd })
      t.equal(code, 0, stderr)
      t.match(stdout, new RegExp(`^${file}: \\d+ frames?\n$`))
    }
    const [once, twice] = await Promise.all(['once.pcap', 'twice.pcap'].map((file) => readFile(join(cwd, file))))
    t.ok(once?.equals(twice as Buffer), 'byte for byte')
    const { stdout } = await run('tshark', ['-r', join(cwd, 'once.pcap'), '-T', 'fields', '-e', 'frame.len'])
    const lengths = readPcap(once as Buffer).map(({ bytes }) => String(bytes.length))
    t.same(stdout.trim().split('\n'), lengths)
  }
  const { stdout } = await piped(
    'node --input-type=module --eval "$ENTRY" -- render icmp-unknown-type --scenarios library -o - | tshark -r - -T fields -e icmp.type',
    {},
    cwd,
  )
  t.match(stdout, /^\d+$/m, 'and to a pipe')
})

t.test('report made again gives the same bytes', async (t) => {
  const cwd = t.testdir()
  const directory = await writeRecord({ runs: join(cwd, 'runs') }, sampleRecord())
  const contents = async () => {
    const { code, stderr } = await tocsin(['report'], { cwd })
    t.equal(code, 0, stderr)
    const names = (await readdir(directory)).filter((name) => name.startsWith('report.')).sort()
    return Promise.all(
      names.map(async (name) => ({ name, base64: (await readFile(join(directory, name))).toString('base64') })),
    )
  }
  const first = await contents()
  t.ok(first.length >= 6)
  t.same(await contents(), first)
})

t.test('the report prints the command that plays the same again', async (t) => {
  const record = sampleRecord()
  record.run.campaign.arguments = ['run', '--only', 'tcp-*', '--trials', '3']
  const directory = await writeRecord({ out: join(t.testdir(), 'run') }, record)
  t.equal((await tocsin(['report', directory, '--format', 'html'])).code, 0)
  const html = await readFile(join(directory, 'report.html'), 'utf8')
  t.match(html.replaceAll('&#39;', "'"), `tocsin run --only 'tcp-*' --trials 3 --seed ${record.run.campaign.seed}`)
})

t.test('plan sends nothing and says what would be done', async (t) => {
  const cwd = await workplace(t.testdir())
  await using engine = await silentEngine()
  const { code, stdout, stderr } = await tocsin(['plan', ...library, '--seed', 'x', '--trials', '2'], {
    cwd,
    env: engine.env,
  })
  t.equal(code, 0, stderr)
  t.equal(engine.knocks(), 0)
  t.match(stdout, /12 anomalies and 12 benign twins of 3 scenarios/)
  t.match(stdout, /Watched by +the embedded Suricata/)
  t.match(stdout, /^tcp-null-scan +extraneous +2 /m)
})

t.test('plan says when the authorisation has run out', async (t) => {
  const cwd = await workplace(t.testdir())
  const authorisation = 'authorisation: { by: Head of SOC, reference: CHG-1, validUntil: 2020-01-31 }'
  await writeFile(join(cwd, 'mine.yaml'), `name: mine\ntitle: Mine\n${authorisation}\n`)
  const { code, stdout } = await tocsin(['plan', ...library, 'mine.yaml'], { cwd })
  t.equal(code, 0)
  t.match(stdout, /until 2020-01-31, which is over: a run is refused/)
})

t.test('validate takes scenarios and campaigns, and tells all that is wrong with all of them', async (t) => {
  const cwd = await workplace(t.testdir())
  const good = 'library/extraneous/tcp-null-scan.yaml'
  await writeFile(join(cwd, 'mine.yaml'), 'name: mine\ntitle: Mine\nscenarios: { ids: [tcp-*] }\n')
  const fine = await tocsin(['validate', ...library, good, 'mine.yaml'], { cwd })
  t.match(fine, { code: 0, stderr: '' })
  t.equal(fine.stdout, `${good}: valid scenario with 1 case\nmine.yaml: valid campaign; it selects 2 scenarios\n`)

  await mkdir(join(cwd, 'drafts/malformed'), { recursive: true })
  const draft = await readFile(join(cwd, 'library/malformed/icmp-unknown-type.yaml'), 'utf8')
  await writeFile(join(cwd, 'drafts/malformed/icmp-unknown-type.yaml'), draft.replace(/^title:/m, 'titel:'))
  await writeFile(join(cwd, 'wrong.yaml'), 'name: mine\ntitel: Mine\n')
  const both = ['drafts/malformed/icmp-unknown-type.yaml', 'wrong.yaml', good]
  const bad = await tocsin(['validate', ...both], { cwd })
  t.equal(bad.code, 2)
  t.match(bad.stderr, /drafts\/malformed\/icmp-unknown-type\.yaml:\d+:1: unknown key "titel"; did you mean "title"\?/)
  t.match(bad.stderr, /wrong\.yaml:2:1: unknown key "titel"; did you mean "title"\?/)
  t.equal(bad.stdout, `${good}: valid scenario with 1 case\n`)
})

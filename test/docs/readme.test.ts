import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { generators } from '../../generators/registry.ts'
import { readPcap } from '../../generators/wires/pcap-file.ts'
import { commands } from '../../harness/cli/commands.ts'
import { writeRecord } from '../../harness/evidence/write.ts'
import { parseCampaign, parseMonitors } from '../../harness/plan/campaign.ts'
import { loadLibrary } from '../../harness/scenario/load.ts'
import { readSource } from '../../harness/scenario/source.ts'
import { controlVerdicts, stimulusVerdicts } from '../../harness/verdict/verdict.ts'
import { checkMonitor } from '../../harness/monitors/registry.ts'
import { root, tocsin } from '../cli/tocsin.ts'
import { words } from '../cli/words.ts'
import { sampleRecord } from '../reports/sample-record.ts'
import { blocks, commandLines, prose, readme, workplace } from './readme.ts'

t.setTimeout(240_000)

const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
const library = loadLibrary(join(root, 'scenarios'), generators)

/** First cells of the rows of the table under a heading cell, code marks taken off. */
function column(heading: string): string[] {
  const [, rows = ''] = readme.split(`| ${heading} |`)
  const table = rows.split('\n\n')[0]?.split('\n').slice(2) ?? []
  return table.flatMap((row) => (row.split('|')[1] ?? '').split(',').map((cell) => cell.replaceAll('`', '').trim()))
}

t.test('the two commands come first, and every npm script that is named is there', async (t) => {
  t.strictSame(commandLines.slice(0, 2), ['npm start', 'npm test'])
  for (const line of commandLines.filter((one) => one.startsWith('npm '))) {
    const [, name, script] = line.split(' ')
    t.ok(manifest.scripts[name === 'run' ? (script ?? '') : (name ?? '')], line)
  }
})

t.test('every command is one that a test runs', async (t) => {
  for (const line of commandLines) t.match(line, /^npm (start|test|run \w+)$|^npx tocsin /)
})

t.test('every command that needs no engine works as it is written', async (t) => {
  const cwd = await workplace(t.testdir())
  // The sample names packets that are in no folder.
  const record = sampleRecord()
  const trials = record.trials.map((trial) => ({ ...trial, evidence: null }))
  await writeRecord({ out: join(cwd, 'one-run') }, { ...record, trials })
  const own = commandLines.filter((line) => /^npx tocsin (?!run|doctor|setup|sweep)/.test(line))
  t.ok(own.length >= 5)
  for (const line of own) {
    const { code, stderr, stdout } = await tocsin(words(line).slice(2), { cwd })
    t.equal(code, 0, `${line}\n${stderr}`)
    t.not(stdout, '', line)
  }
  t.ok(readPcap(await readFile(join(cwd, 'fin.pcap'))).length > 0)
  for (const name of ['scenario', 'layers', 'generators'])
    if (readme.includes(`tocsin schema ${name}`)) t.equal((await tocsin(['schema', name])).code, 0, name)
})

t.test('every YAML block is a file that Tocsin takes', async (t) => {
  const folder = await workplace(t.testdir())
  const files = blocks.filter(({ language }) => language === 'yaml').map(({ file }) => file)
  t.strictSame(files, [
    'my-scenarios/malformed/udp-length-too-long.yaml',
    'my-scenarios/malformed/syn-fin-in-session.yaml',
    'my-scenarios/campaigns/after-change.yaml',
    'monitors.yaml',
  ])
  const own = loadLibrary(join(folder, 'my-scenarios'), generators)
  t.strictSame(own.map(({ id }) => `my-scenarios/malformed/${id}.yaml`).sort(), files.slice(0, 2).sort())
  t.equal(parseCampaign(readSource(join(folder, files[2] ?? ''))).campaign.name, 'after-change')
  for (const monitor of parseMonitors(readSource(join(folder, 'monitors.yaml')))) checkMonitor(monitor)
})

t.test('every link and picture is there, and no picture is large', async (t) => {
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '')
  t.ok(targets.length > 5)
  for (const target of targets) {
    t.notMatch(target, /^https?:/, 'all of it can be read without a network')
    t.ok(existsSync(join(root, target)), target)
    if (target.endsWith('.png')) t.ok((await stat(join(root, target))).size < 300_000, `${target} is under 300 kB`)
  }
})

t.test('every file and folder that is named is there', async (t) => {
  const top = /^(\.ci|generators|harness|reports|scenarios|test)(\/[\w.-]+)*$/
  const named = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text ?? '').filter((text) => top.test(text))
  t.ok(named.length > 10)
  for (const path of named) t.ok(existsSync(join(root, path)), path)
})

t.test('the tables of commands, verdicts and exit codes are those of the code', async (t) => {
  t.strictSame(
    column('command'),
    commands.map(({ name }) => name),
  )
  t.strictSame(column('verdict of an anomaly'), [...stimulusVerdicts])
  t.strictSame(column('verdict of a benign twin'), [...controlVerdicts])
  const { stdout } = await tocsin(['--help'])
  for (const code of column('exit code')) t.match(stdout, new RegExp(`^  ${code} +\\S`, 'm'))
})

t.test('the fields of a line of trials.jsonl are those of the record', async (t) => {
  const [trial] = sampleRecord().trials
  t.strictSame(column('field').sort(), Object.keys(trial ?? {}).sort())
})

t.test('the size of the library is told as it is', async (t) => {
  t.equal(/The library has (\d+) scenarios/.exec(readme)?.[1], String(library.length))
})

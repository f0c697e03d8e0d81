import type { WholeRecord } from '../../harness/evidence/record.ts'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { commands, programExamples } from '../../harness/cli/commands.ts'
import { writeRecord } from '../../harness/evidence/write.ts'
import { readPcap } from '../../generators/wires/pcap-file.ts'
import { sampleRecord } from '../reports/sample-record.ts'
import { root, tocsin } from './tocsin.ts'
import { words } from './words.ts'

/** These need an engine; test/docker/cli-examples.test.ts runs their examples. */
const onEngine = ['run', 'frontier', 'doctor', 'setup', 'sweep']

/** A folder with what the examples name: the scenarios and a saved run. */
async function workplace(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  await symlink(join(root, 'scenarios'), join(folder, 'scenarios'))
  await writeRecord({ runs: join(folder, 'runs') }, sampleRecord())
  await writeRecord({ out: join(folder, 'one-run') }, withoutPackets())
  await writeRecord({ out: join(folder, 'handed-over', 'run') }, withoutPackets())
  await writeRecord({ out: join(folder, 'signed-run') }, withoutPackets())
  await writeFile(join(folder, 'exceptions.yaml'), 'exceptions: []\n')
  for (const line of [
    'keys soc',
    'sign handed-over/run --key soc.key.pem',
    'sign signed-run --key soc.key.pem --ledger signed.jsonl',
  ])
    await tocsin(words(line), { cwd: folder })
  return folder
}

/** The sample names packets that are in no folder. */
function withoutPackets(): WholeRecord {
  const record = sampleRecord()
  return { ...record, trials: record.trials.map((trial) => ({ ...trial, evidence: null })) }
}

t.test('every example that needs no engine works as it is written', { jobs: 2 }, async (t) => {
  const cwd = await workplace(t.testdir())
  const own = await Promise.all(commands.map(async ({ load }) => (await load()).examples))
  const lines = new Set([...programExamples, ...own.flat()].map(([line]) => line))
  for (const line of lines) {
    if (onEngine.includes(words(line)[0] ?? '')) continue
    t.test(`tocsin ${line}`, { buffered: true }, async (t) => {
      const { code, stdout, stderr } = await tocsin(words(line), { cwd })
      t.equal(code, 0, stderr)
      t.equal(stderr, '', 'it logs nothing')
      t.not(stdout, '', 'it prints something')
      if (line.includes('--json') || line.startsWith('schema')) t.ok(JSON.parse(stdout), 'it prints JSON')
      const output = /-o (\S+)/.exec(line)?.[1]
      if (output) t.ok(readPcap(await readFile(join(cwd, output))).length > 0, 'it writes a pcap')
    })
  }
})

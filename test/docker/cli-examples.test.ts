import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { commands, programExamples } from '../../harness/cli/commands.ts'
import { readRecord } from '../../harness/evidence/read.ts'
import { exitCode } from '../../harness/verdict/exit-code.ts'
import { tocsin } from '../cli/tocsin.ts'
import { words } from '../cli/words.ts'
import { audit } from './audit-lock.ts'

const lock = audit('shared')
t.teardown(() => lock[Symbol.dispose]())

const own = await Promise.all(commands.map(async ({ load }) => (await load()).examples))
const onEngine = new Set(
  [...programExamples, ...own.flat()].map(([line]) => line).filter((line) => /^(run|doctor|setup|sweep)\b/.test(line)),
)

/** Files that are written where no format is named, but for the plan of action, which a run without gaps has none of. */
const everyReport = 11
const planOfAction = 'report.oscal.poam.json'

/** The whole library is played by test/docker/library.test.ts, once for both. */
onEngine.delete('run')

for (const line of onEngine) {
  t.test(`tocsin ${line}`, async (t) => {
    const cwd = t.testdir()
    const { code, stdout, stderr } = await tocsin(words(line), { cwd })
    if (line.includes('--json')) t.ok(JSON.parse(stdout), 'JSON and nothing else')
    if (!line.startsWith('run')) {
      t.equal(code, 0, stderr)
      return
    }
    const out = /--out (\S+)/.exec(line)?.[1] ?? 'runs/latest'
    const { run, trials } = await readRecord(join(cwd, out))
    // Whether every expectation is met is another test's question.
    t.equal(code, exitCode(run, trials), stderr)
    t.ok(trials.length > 0)
    const kept = words(line).filter((word) => !['--json', '--out', out].includes(word))
    t.same(run.campaign.arguments, kept)
    t.match(stderr, /^playing \d+ anomal(y|ies) and /m)
    const formats = /--format (\S+)/.exec(line)?.[1]?.split(',').length ?? everyReport
    const reports = (await readdir(join(cwd, out))).filter(
      (name) => name.startsWith('report.') && name !== planOfAction,
    )
    t.equal(reports.length, formats)
  })
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { tocsin } from '../cli/tocsin.ts'
import { words } from '../cli/words.ts'
import { commandLines, workplace } from '../docs/readme.ts'
import { audit } from './audit-lock.ts'

const lock = audit('shared')
t.teardown(() => lock[Symbol.dispose]())

t.setTimeout(300_000)

/** The counts of a run. */
async function summaryOf(folder: string): Promise<Record<string, number>> {
  const { summary } = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as {
    summary: Record<string, number>
  }
  return summary
}

t.test("the README's commands that need an engine do what it says", async (t) => {
  const cwd = await workplace(t.testdir())
  const lines = commandLines.filter((line) => /^npx tocsin (run|doctor|setup|sweep)\b/.test(line))
  t.ok(lines.length >= 5)
  for (const line of lines) {
    const { code, stdout, stderr } = await tocsin(words(line).slice(2), { cwd })
    if (line.includes('--mirror')) {
      t.equal(code, 2, line)
      t.match(stderr, /"sensor0" is no interface of the engine's host/, 'the interface is one of the reader')
      continue
    }
    t.equal(code, 0, `${line}\n${stderr}`)
    t.not(stdout, '', line)
    if (line.includes('--scenarios my-scenarios'))
      t.match(await summaryOf(join(cwd, 'runs/latest')), { scenarios: 2, trials: 3, detected: 3, quiet: 3 }, line)
    if (line.includes('one-run')) t.match(await summaryOf(join(cwd, 'one-run')), { detected: 1, quiet: 1 })
  }
})

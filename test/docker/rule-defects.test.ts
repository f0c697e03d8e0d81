import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readRecord } from '../../harness/evidence/read.ts'
import { root, tocsin } from '../cli/tocsin.ts'

/** A library of legal traffic: one scenario that names the defect of the rule, one that names another. */
async function library(folder: string): Promise<string> {
  const text = await readFile(join(root, 'scenarios/malformed/pppoe-lcp.yaml'), 'utf8')
  await mkdir(join(folder, 'malformed'), { recursive: true })
  await writeFile(join(folder, 'malformed/pppoe-lcp.yaml'), text)
  const other = text.replace('id: pppoe-lcp', 'id: pppoe-other').replace('    2200048:', '    2200047:')
  await writeFile(join(folder, 'malformed/pppoe-other.yaml'), other)
  return folder
}

async function verdicts(out: string): Promise<unknown[]> {
  const { trials } = await readRecord(out)
  return trials.map(({ scenario, verdict, met, alerts }) => [scenario, verdict, met, alerts.map(({ rule }) => rule)])
}

t.test(
  'a rule that alerts on legal traffic is told with its alert, and fails the campaign unless it is known to',
  async (t) => {
    const cwd = t.testdir()
    const scenarios = await library(join(cwd, 'library'))
    const typed = ['run', '--scenarios', scenarios, '--format', 'csv', '--out', 'one']
    const both = await tocsin(typed, { cwd })
    t.equal(both.code, 1, both.stderr)
    t.strictSame(await verdicts(join(cwd, 'one')), [
      ['pppoe-lcp', 'rule-defect', true, ['2200048', '2200048']],
      ['pppoe-other', 'rule-defect', false, ['2200048', '2200048']],
    ])
    t.match(both.stdout, /rule defects +2 of 2 kinds of legal traffic raised an alert \(1 of them not known before\)/)
    t.match(both.stdout, /Needs attention:\n {2}rule-defect +pppoe-other\n/)

    const known = await tocsin([...typed, '--only', 'pppoe-lcp'], { cwd })
    t.equal(known.code, 0, known.stderr)
    t.match(known.stdout, /Needs attention: nothing\./)
  },
)

t.test('a stack without the rule is quiet, and no defect is told', async (t) => {
  const cwd = t.testdir()
  const scenarios = await library(join(cwd, 'library'))
  const { code, stdout, stderr } = await tocsin(
    ['run', '--without-rules', '--scenarios', scenarios, '--format', 'csv', '--out', 'one'],
    { cwd },
  )
  t.equal(code, 0, stderr)
  t.strictSame(await verdicts(join(cwd, 'one')), [
    ['pppoe-lcp', 'quiet', true, []],
    ['pppoe-other', 'quiet', true, []],
  ])
  t.match(stdout, /rule defects +0 of 2 kinds of legal traffic\n/)
})

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readRecord } from '../../harness/evidence/read.ts'
import { piped } from '../cli/piped.ts'
import { smallLibrary } from '../cli/small-library.ts'
import { tocsin } from '../cli/tocsin.ts'
import { words } from '../cli/words.ts'

t.test('a gap is exit code 1, and the summary says which', async (t) => {
  const cwd = t.testdir()
  const { code, stdout, stderr } = await tocsin(
    ['run', '--rules', 'none', '--only', 'icmp-unknown-type', '--format', 'csv'],
    { cwd },
  )
  t.equal(code, 1, stderr)
  t.match(stdout, /detected +0 of 1 \(0%; 95% interval/)
  t.match(stdout, /Needs attention:\n {2}logged +icmp-unknown-type\n/)
  t.match(stdout, /Problem: The sentinel left a record but raised no alert/)
})

t.test('a run with --json prints the summary to standard output and the log to standard error', async (t) => {
  const cwd = t.testdir()
  const { code, stdout, stderr } = await tocsin(['run', '--only', 'icmp-unknown-type', '--format', 'html', '--json'], {
    cwd,
  })
  t.equal(code, 0, stderr)
  const printed = JSON.parse(stdout) as Record<string, unknown>
  t.same(Object.keys(printed), ['run', 'directory', 'reports', 'incomplete', 'summary', 'problems'])
  t.same(printed.summary, (await readRecord(join(cwd, 'runs/latest'))).run.summary)
  t.same(printed.reports, ['report.html'])
  for (const line of [
    'starting the sandbox',
    'sentinel/1: the stack is listening',
    'playing 1 anomaly and 1 benign twin of 1 scenario',
    'played 2 of 2 trials',
  ])
    t.match(stderr, line)
  t.match(stderr, /^alert after +\S+.* icmp-unknown-type {2}2200024 SURICATA ICMPv4 unknown type$/m)
  t.notMatch(stderr, '\x1b')
})

t.test('--out twice replaces the record, and the printed command plays the same again', async (t) => {
  const cwd = t.testdir()
  const library = await smallLibrary(join(cwd, 'library'))
  const typed = ['run', '--scenarios', library, '--exclude', 'tcp-null-scan', '--trials', '2', '--format', 'html']
  t.equal((await tocsin([...typed, '--out', 'one'], { cwd })).code, 0)
  const first = await readRecord(join(cwd, 'one'))
  t.same(first.run.campaign.arguments, typed)
  const command = `tocsin ${typed.join(' ')} --seed ${first.run.campaign.seed}`
  t.match(await readFile(join(cwd, 'one', 'report.html'), 'utf8'), command)

  const again = words(command).slice(1)
  t.equal((await tocsin([...again, '--out', 'one'], { cwd })).code, 0)
  const second = await readRecord(join(cwd, 'one'))
  t.not(second.run.id, first.run.id)
  t.equal(second.run.campaign.digest, first.run.campaign.digest)
  t.same(second.run.campaign.arguments, typed)
  t.same(played(second.trials), played(first.trials))
  const pcaps = second.trials.map(({ evidence }) => String(evidence).replace('evidence/', ''))
  t.same((await readdir(join(cwd, 'one', 'evidence'))).sort(), pcaps.sort(), 'no evidence of the old one')
  t.same(await readdir(cwd), ['library', 'one'])
})

t.test('on a terminal a board changes in place and leaves only the summary', async (t) => {
  const cwd = t.testdir()
  const command =
    'node --input-type=module --eval "$ENTRY" -- run --only "icmp-unknown-type,tcp-null-scan" --format csv'
  const { code, stdout } = await piped(
    `script -qec 'stty cols 80 rows 40; ${command}' /dev/null`,
    { TERM: 'xterm', NO_COLOR: '1' },
    cwd,
  )
  t.equal(code, 0, stdout)
  t.match(stdout, /extraneous {2}[#.]{20} {2}\d\/2 played, 0\/1 alerted on/)
  t.match(stdout, /malformed {3}[#.]{20} {2}\d\/2 played, [01]\/1 alerted on/)
  const screen = shown(stdout)
  t.match(screen, /^Playing 2 anomalies and 2 benign twins of 2 scenarios, seed [0-9a-f]{8}\.\n/)
  t.notMatch(screen, /played|starting the sandbox|writing/, 'nothing of the board is left')
  t.match(screen, /detected +2 of 2 .*\n +of these +1 of 2 by shipped rules, 1 by Tocsin/)
  for (const line of screen.split('\n')) t.ok(line.length <= 80, line)
})

t.test('a reader that goes away does not stop a campaign', async (t) => {
  const cwd = t.testdir()
  const command = 'node --input-type=module --eval "$ENTRY" -- run --only icmp-unknown-type --format csv'
  const { code, stdout } = await piped(`set -o pipefail; ${command} 2>&1 | head -1`, {}, cwd)
  t.equal(code, 0)
  t.equal(stdout, 'starting the sandbox\n')
  t.equal((await readRecord(join(cwd, 'runs/latest'))).run.summary.detected, 1)
})

/** What has to be the same when a seed is played again. The /20 is the first free one, so only the host's part counts. */
function played(trials: Awaited<ReturnType<typeof readRecord>>['trials']) {
  const host = <A extends { ipv4: string }>({ ipv4, ...address }: A) => {
    const [, , third, fourth] = ipv4.split('.').map(Number)
    return { ...address, ipv4: [(third ?? 0) % 16, fourth] }
  }
  return trials.map(({ id, identity, verdict }) => {
    const { client, server, ...rest } = identity
    return { id, ...rest, client: host(client), server: host(server), verdict }
  })
}

/** What a terminal shows in the end of lines that were overwritten: enough of ECMA-48 for our own output. */
function shown(output: string): string {
  const lines: string[] = ['']
  let row = 0
  let column = 0
  for (const [token, up] of output.replaceAll('\x1b[', '␛').matchAll(/␛(\d+)A|␛K|\r|\n|[^␛\r\n]+/g)) {
    const line = lines[row] ?? ''
    if (up !== undefined) row -= Number(up)
    else if (token === '\r') column = 0
    else if (token === '\n') row += 1
    else if (token === '␛K') lines[row] = line.slice(0, column)
    else {
      lines[row] = line.slice(0, column).padEnd(column) + token + line.slice(column + token.length)
      column += token.length
    }
    lines[row] ??= ''
  }
  return lines.join('\n').trim()
}

import t from 'tap'
import type { CampaignRecord } from '../../harness/evidence/record.ts'
import { hostileText, piped, rendered } from './reports.ts'
import { sampleRecord } from './sample-record.ts'

const reader = `
import csv, json, sys
sys.stdin.reconfigure(encoding='utf-8', newline='')
print(json.dumps(list(csv.reader(sys.stdin, strict=True))))
`

/** The rows as Python's csv module reads them, by column name. */
async function read(record: CampaignRecord): Promise<Record<string, string>[]> {
  const [head, ...body]: string[][] = JSON.parse(await piped('python3', ['-c', reader], await rendered('csv', record)))
  return body.map((row) => {
    if (row.length !== head?.length) throw new Error(`a row of ${row.length} cells: ${row.join('|')}`)
    return Object.fromEntries(row.map((cell, index) => [head[index] ?? '', cell]))
  })
}

t.test('another reader finds one row a trial, with what the trial holds', async (t) => {
  const record = sampleRecord({ trials: 2 })
  const lines = await read(record)
  t.equal(lines.length, record.trials.length)
  for (const [index, trial] of record.trials.entries())
    t.match(lines[index], {
      scenario: trial.scenario,
      kind: trial.kind,
      trial: String(trial.trial),
      verdict: trial.verdict,
      latency_ms: trial.latencyMs === null ? '' : String(trial.latencyMs),
      rule: trial.alerts[0]?.rule ?? '',
      frames_found: String(trial.proof.found),
      marker: trial.identity.marker,
    })
})

t.test('lines end with CR LF, and only lines do', async (t) => {
  const text = await rendered('csv', sampleRecord({ text: 'a,"b"' }))
  t.equal(text.split('\r\n').length, 96 + 2)
  t.notMatch(text.replaceAll('\r\n', ''), /[\r\n]/)
  t.match(text, /,"a,""b""",/)
})

const formulas = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '  =1',
  '＝1',
  '＋1',
  '－1',
  '＠1',
  '="a",2',
  '\u200b=1',
  '\ufeff=1',
]

t.test('a text that begins like a formula stays text', async (t) => {
  const record = sampleRecord({ trials: 4 })
  const trials = record.trials.map((trial, index) => {
    const text = formulas[index % formulas.length] ?? ''
    return { ...trial, reason: text, alerts: trial.alerts.map((alert) => ({ ...alert, name: text })) }
  })
  for (const [index, row] of (await read({ ...record, trials })).entries())
    for (const column of ['reason', 'rule_name'])
      t.match(row[column], /^($|'|⟨)/, `${JSON.stringify(formulas[index % formulas.length])} as ${column}`)
})

t.test('our own numbers are left alone', async (t) => {
  const record = sampleRecord()
  const trials = record.trials.map((trial) => ({ ...trial, latencyMs: -1.5 }))
  t.equal((await read({ ...record, trials }))[0]?.latency_ms, '-1.5')
})

t.test('hostile text stays in its cell', async (t) => {
  const record = sampleRecord({ text: hostileText })
  const lines = await read(record)
  t.equal(lines.length, record.trials.length)
  t.match(lines[0]?.title, /^'=HYPERLINK/)
  t.match(lines[0]?.title, /⟨U\+202E⟩/)
})

import { stripVTControlCharacters } from 'node:util'
import type { CampaignRecord, RecordedTrial } from '../evidence/record.ts'
import { wilson } from '../verdict/stats.ts'
import type { Terminal } from './context.ts'
import { bold, dim } from './table.ts'

const colours: Record<RecordedTrial['verdict'], number> = {
  detected: 32,
  quiet: 32,
  partial: 33,
  logged: 36,
  missed: 31,
  'false-alarm': 31,
  inconclusive: 35,
  'not-applicable': 2,
}

/** What a person reads at the end of a run: the numbers, what needs attention, and where the reports are. */
export function summaryText(
  { run, trials }: CampaignRecord,
  place: { directory: string; files: readonly string[] },
  terminal: Terminal,
): string {
  const { summary } = run
  const decided = summary.detected + summary.partial + summary.logged + summary.missed
  const asked = trials.filter(({ met, verdict }) => met !== true && verdict !== 'not-applicable')
  const lines = [
    '',
    bold(`${run.campaign.title}: ${summary.scenarios} scenarios in ${(summary.durationMs / 1000).toFixed(1)} s`, terminal),
    '',
    `  proven on the wire   ${summary.proven} of ${summary.trials} anomalies`,
    `  detected             ${summary.detected} of ${decided}${interval(summary.detected, decided)}`,
    ...optional('partial', summary.partial, 'an alert, but not the expected one'),
    ...optional('logged', summary.logged, 'no alert, but a record of it'),
    ...optional('missed', summary.missed, 'proven, and nothing at all was said'),
    ...optional('inconclusive', summary.inconclusive, 'our own trouble, not counted'),
    ...optional('not applicable', summary.notApplicable, 'no monitor for it, not counted'),
    `  false alarms         ${summary.falseAlarms} of ${summary.falseAlarms + summary.quiet} benign twins`,
    '',
    ...attention(asked, terminal),
    ...run.problems.map((problem) => `  problem: ${problem}`),
    ...(run.problems.length > 0 ? [''] : []),
    `Report: ${place.directory}/${place.files.find((file) => file.endsWith('.html')) ?? place.files[0] ?? 'run.json'}`,
    '',
  ]
  return lines.map((text) => `${text}\n`).join('')
}

function interval(k: number, n: number): string {
  if (n === 0) return ''
  const { low, high } = wilson(k, n)
  const percent = (share: number) => `${Math.round(share * 100)}`
  return ` (${percent(k / n)}%, 95% interval ${percent(low)} to ${percent(high)}%, n = ${n})`
}

function optional(name: string, count: number, meaning: string): string[] {
  return count === 0 ? [] : [`  ${name.padEnd(19)}  ${count} (${meaning})`]
}

const shown = 40

function attention(trials: readonly RecordedTrial[], terminal: Terminal): string[] {
  if (trials.length === 0) return ['Every expectation was met.', '']
  const rows = trials.slice(0, shown).map((trial) => {
    const name = `${trial.scenario}${trial.case ? ` (${trial.case})` : ''}${trial.kind === 'control' ? ', benign twin' : ''}`
    return [`  ${verdict(trial.verdict, terminal)}  ${name}`, `      ${dim(stripVTControlCharacters(trial.reason), terminal)}`]
  })
  const more = trials.length > shown ? [`  and ${trials.length - shown} more, in the report`] : []
  return ['Needs attention:', ...rows.flat(), ...more, '']
}

function verdict(name: RecordedTrial['verdict'], terminal: Terminal): string {
  const padded = name.padEnd(14)
  return terminal.colour ? `\x1b[${colours[name]}m${padded}\x1b[0m` : padded
}

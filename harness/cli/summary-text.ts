import { command, flaky, repeated, timeToDetectWords } from '../../reports/account.ts'
import { playedAgain } from '../../reports/baseline.ts'
import { concerns, isUnnamedDefect } from '../../reports/concerns.ts'
import { counted, rate, time } from '../../reports/format.ts'
import type { Verdict } from '../../reports/verdict-words.ts'
import { type Figures, figures, type ScenarioFigures } from '../evidence/figures.ts'
import type { CampaignRecord } from '../evidence/record.ts'
import type { StimulusVerdict } from '../verdict/verdict.ts'
import type { Terminal } from './context.ts'
import { oneLine, plain } from './progress.ts'
import { bold, dim, inColour, table } from './table.ts'
import { wrap } from './wrap.ts'

/** What a person reads at the end of a run: the figures, what needs attention, and where the reports are. */
export function summaryText(
  record: CampaignRecord,
  place: { directory: string; files: readonly string[] },
  terminal: Terminal,
): string {
  const { run } = record
  const all = figures(record)
  const report = place.files.find((file) => file.endsWith('.html')) ?? place.files[0] ?? 'run.json'
  const lines = [
    '',
    bold(
      wrap(
        `${oneLine(run.campaign.title)}: ${counted(all.scenarios.length, 'scenario')} in ${time(run.summary.durationMs)}`,
        terminal,
      ),
      terminal,
    ),
    '',
    ...counts(record, all).map(([name, text, isZero]) => {
      const row = `  ${name.padEnd(nameWidth)}  ${wrap(text, terminal, nameWidth + 4, nameWidth + 4)}`
      return isZero ? dim(row, terminal) : row
    }),
    '',
    ...perScenario(all, terminal),
    ...(run.incomplete ? ['The campaign did not come to its end: what it could not decide is inconclusive.', ''] : []),
    ...attention(all, terminal),
    ...run.problems.map((problem) => wrap(`Problem: ${plain(problem)}`, terminal, 2)),
    ...(run.problems.length > 0 ? [''] : []),
    `Report:      ${place.directory}/${report}`,
    `Same again:  ${wrap(command(record), terminal, 13, 13)}`,
    '',
  ]
  return lines.map((text) => `${text}\n`).join('')
}

/** With more scenarios, the figures of each are left to the reports. */
const ratesShown = 12

/** Rate and times of each scenario that was played more than once, where they are few. */
function perScenario(all: Figures, terminal: Terminal): string[] {
  const list = repeated(all)
  if (list.length === 0 || list.length > ratesShown) return []
  const rows = list.map((one) => {
    const { median, lateName, late } = timeToDetectWords(one)
    const times = one.detected.k === 0 ? '' : `median ${median}, ${lateName} ${late}`
    return [one.scenario.id, rate(one.detected), times]
  })
  return [
    ...table(['scenario', 'detected in trials', 'time to detect'], rows, terminal)
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
    '',
  ]
}

const nameWidth = 'time to detect'.length

/** Name, text, and whether there is nothing to see. The scenario is the unit, as in the reports. */
function counts(record: CampaignRecord, all: Figures): [string, string, boolean][] {
  const { run } = record
  const { outcomes } = all
  const ttd = timeToDetectWords(all)
  const measured = all.timeToDetect.n > 0 ? `, ${ttd.lateName} ${ttd.late}` : ''
  const unsteady = flaky(all)
  const scenarios = (verdict: StimulusVerdict) => all.scenarios.filter(({ outcome }) => outcome === verdict)
  const row = (name: string, count: number, meaning: string): [string, string, boolean] => [
    name,
    count === 0 ? '0' : `${count} (${meaning})`,
    count === 0,
  ]
  return [
    ['proven', `${run.summary.proven} of ${counted(run.summary.trials, 'anomaly', 'anomalies')} on the wire`, false],
    ['detected', `${rate(all.detected)}`, false],
    ...(all.hasOurs ? [withoutOurs(all)] : []),
    row('partial', outcomes.partial, 'an alert, but not the expected one, or too late'),
    row(
      'logged',
      outcomes.logged,
      `a record but no alert${asExpected(scenarios('logged'), 'the stack has no rule for it')}`,
    ),
    row('missed', outcomes.missed, `nothing at all${asExpected(scenarios('missed'), 'a known blind spot')}`),
    [
      'false alarms',
      all.falseAlarms.n === 0
        ? 'not measured'
        : `${all.falseAlarms.k} of ${counted(all.falseAlarms.n, 'benign twin')}${alarmsOfOurs(all)}`,
      all.falseAlarms.k === 0,
    ],
    ...ruleDefects(all),
    row('inconclusive', outcomes.inconclusive, 'not proven, or the stack was not shown to be listening; counted apart'),
    ...(outcomes['not-applicable'] > 0
      ? [row('not applicable', outcomes['not-applicable'], 'no monitor of the expected layer; counted apart')]
      : []),
    ...learnt(record),
    ...joined(all),
    ...(repeated(all).length > 0
      ? [row('flaky', unsteady.length, `detected in some trials only: ${trialRates(unsteady)}`)]
      : []),
    ['time to detect', `median ${ttd.median}${measured}`, false],
  ]
}

/** The join rate of each pair of monitors; nothing where no scenario asks for one. */
function joined({ joins }: Figures): [string, string, boolean][] {
  return joins.map(({ network, process, joined: found }) => [
    'joined',
    `${rate(found)}: ${network} with ${process}`,
    false,
  ])
}

/** Nothing where no ordinary traffic was played first. */
function learnt(record: CampaignRecord): [string, string, boolean][] {
  const { baseline } = record.run
  if (!baseline) return []
  const { silent, alerted, inconclusive } = playedAgain(record)
  const again = `once more, ${silent} of ${counted(silent + alerted + inconclusive, 'detected anomaly', 'detected anomalies')} raised no alert`
  return [
    ['learnt first', `${baseline.found} of ${counted(baseline.frames, 'frame')} of ordinary traffic; ${again}`, false],
  ]
}

function alarmsOfOurs({ falseAlarms, falseAlarmsWithoutOurs }: Figures): string {
  const count = falseAlarms.k - falseAlarmsWithoutOurs.k
  return count === 0 ? '' : `, ${count} by Tocsin's own rules alone`
}

function withoutOurs({ detected, detectedWithoutOurs: shipped }: Figures): [string, string, boolean] {
  const text = `${shipped.k} of ${shipped.n} by shipped rules, ${detected.k - shipped.k} by Tocsin's own rules alone`
  return ['  of these', text, false]
}

/** Rules that misfire, where legal traffic was played on which they might. */
function ruleDefects({ mustNotAlert, scenarios }: Figures): [string, string, boolean][] {
  const twins = scenarios.filter(({ twin }) => twin === 'rule-defect').length
  const onTwins = twins === 0 ? '' : `known ones alone on ${counted(twins, 'benign twin')}`
  if (mustNotAlert.length === 0) return twins === 0 ? [] : [['rule defects', onTwins, false]]
  const defects = mustNotAlert.filter(({ twin }) => twin === 'rule-defect')
  const surprises = defects.filter(isUnnamedDefect).length
  const known = surprises === 0 ? 'all known' : `${surprises} of them not known before`
  const of = counted(mustNotAlert.length, 'kind')
  const text = `${defects.length} of ${of} of legal traffic${defects.length === 0 ? '' : ` raised an alert (${known})`}`
  return [['rule defects', [text, onTwins].filter(Boolean).join('; '), defects.length + twins === 0]]
}

/** `tcp-fin-scan 3 of 5`, of the first few. */
function trialRates(scenarios: readonly ScenarioFigures[]): string {
  const shown = scenarios.slice(0, namesShown).map(({ scenario, detected: { k, n } }) => `${scenario.id} ${k} of ${n}`)
  const hidden = scenarios.length - shown.length
  return `${shown.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`
}

/** How many of them are no surprise, because the scenario says so. */
function asExpected(scenarios: readonly ScenarioFigures[], why: string): string {
  const expected = scenarios.filter(({ met }) => met === true).length
  return expected === 0 ? '' : `; ${expected === scenarios.length ? '' : `${expected} of them `}as expected: ${why}`
}

/** More would scroll the figures away; the report has them all. */
const concernsShown = 20
const namesShown = 6

function attention(all: Figures, terminal: Terminal): string[] {
  const found = concerns(all)
  if (found.length === 0)
    return [`Needs attention: nothing. ${all.detected.n > 0 ? 'Every expectation was met.' : ''}`.trimEnd(), '']
  const rows = found.slice(0, concernsShown).flatMap(({ verdict, twin, scenarios, reason }) => {
    const ids = scenarios.map(({ scenario }) => scenario.id)
    const hidden = ids.length - namesShown
    const names = `${ids.slice(0, namesShown).join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`
    const used = verdictWidth + 4
    return [
      `  ${inColour(verdict.padEnd(verdictWidth), colours[verdict], terminal)}  ${wrap(`${names}${twin ? ', benign twin' : ''}`, terminal, used, used)}`,
      `      ${dim(wrap(plain(reason), terminal, 6, 6), terminal)}`,
    ]
  })
  const hidden = found.length - concernsShown
  return ['Needs attention:', ...rows, ...(hidden > 0 ? [`  and ${hidden} more, in the report`] : []), '']
}

const verdictWidth = 'not-applicable'.length

/** SGR codes. */
const colours: Record<Verdict, number> = {
  detected: 32,
  quiet: 32,
  partial: 33,
  logged: 36,
  missed: 31,
  'false-alarm': 31,
  'rule-defect': 33,
  inconclusive: 35,
  'not-applicable': 2,
}

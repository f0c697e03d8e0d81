import { type Figures, figures, isOurs } from '../harness/evidence/figures.ts'
import type { CampaignRecord, RecordedFrontier } from '../harness/evidence/record.ts'
import * as account from './account.ts'
import { baselineWords } from './baseline.ts'
import { type Concern, concerns, knownGaps } from './concerns.ts'
import { counted, rate, time } from './format.ts'
import { joinColumns, joinNote, joinView } from './join.ts'
import { blindSpots } from './layers.ts'
import { frontierHeadline, frontierNotes, pointRate, pointWords } from './frontier-words.ts'
import { distinctAlerts, scenarioView } from './scenario-view.ts'
import { controlColumns, controlsView, exceptionColumns, exceptionsNote, exceptionsView } from './compliance-view.ts'
import { controlsNote } from './control-evidence.ts'
import { signingMark } from './integrity.ts'
import { diagnosisView, diagnosisWords } from './diagnosis.ts'
import { defineReporter, type ReportContext } from './reporter.ts'
import { oneLine, visible } from './text.ts'
import { type Verdict, verdictWords } from './verdict-words.ts'

/** A summary for a pull request or a ticket. */
export const markdown = defineReporter({
  name: 'markdown',
  title: 'A summary for a pull request or a ticket',
  render: (record, given) => [{ path: 'report.md', content: render(record, given ?? {}) }],
})

function render(record: CampaignRecord, given: ReportContext): string {
  const { run } = record
  const all = figures(record)
  const diagnosis = diagnosisView(record)
  const rows = all.scenarios.map((one, index) => {
    const { alerts } = scenarioView(one, index)
    const alert = alerts[0]
    return [
      plain(one.scenario.title),
      plain(one.scenario.clause),
      plain(one.scenario.attack.techniques.join(', ')),
      one.proof.frames === 0 ? '–' : `${one.proof.found}/${one.proof.frames}`,
      `${verdict(one.outcome)}${one.byOurs ? ' by Tocsin’s own rule' : ''}`,
      alert
        ? `${isOurs(alert) ? 'Tocsin’s own rule ' : ''}${code(`${alert.rule} ${alert.name}`)}${alerts.length > 1 ? ` and ${alerts.length - 1} more` : ''}`
        : 'none',
      one.latencyMs === null ? '–' : time(one.latencyMs),
      one.twin ? verdict(one.twin) : '–',
    ]
  })
  return [
    `# ${plain(run.campaign.title)}`,
    `**${plain(signingMark(given).short)}**`,
    ...(run.frontier ? frontier(run.frontier) : [`**${plain(account.headline(all))}**`]),
    ...(run.incomplete
      ? ['This run is incomplete: it was interrupted, or the stack stopped answering, before the end.']
      : []),
    table(
      ['Figure', 'Value'],
      account.keyFigures(all).map((row) => row.map(plain)),
    ),
    '## What needs attention',
    [
      ...run.problems.map((problem) => `- Problem on our side: ${plain(problem)}`),
      ...concerns(all).map((concern) => `- ${about(concern)}${why(concern, diagnosis)}`),
    ].join('\n') || 'Nothing new.',
    ...known(all),
    ...defects(all),
    ...trials(all),
    '## All scenarios',
    table(['Scenario', 'Clause', 'Technique', 'Proof', 'Verdict', 'Alert', 'Time', 'Twin'], rows),
    ...newFlows(record),
    ...joins(record),
    ...blind(all),
    ...compliance(record, given),
    '## Perform it again',
    `Run ${code(run.id)}, played ${plain(account.played(record))}. Authorised by: ${plain(account.authorisation(record))}.`,
    fenced(account.command(record)),
    '## Limitations',
    account
      .limitations(record, all)
      .map((limit) => `- ${plain(limit)}`)
      .join('\n'),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n')
}

/** What a search found, with every value that it tried. */
function frontier(found: RecordedFrontier): string[] {
  const rows = found.points.map((point) => [String(point.value), pointRate(point), pointWords(point)].map(plain))
  return [
    `**${plain(frontierHeadline(found))}**`,
    table([`Value of ${plain(found.parameter)}`, 'Detected', 'So the stack'], rows),
    frontierNotes(found)
      .map((note) => `- ${plain(note)}`)
      .join('\n'),
  ]
}

/** Rate and times of each scenario that was played more than once, the flaky ones first. */
function trials(all: Figures): string[] {
  const list = account.repeated(all)
  if (list.length === 0) return []
  const unsteady = account.flaky(all)
  const rows = [...unsteady, ...list.filter(({ isFlaky }) => !isFlaky)].map((one) => {
    const { median, lateName, late } = account.timeToDetectWords(one)
    const times = one.detected.k === 0 ? ['–', '–'] : [median, `${late} (${lateName})`]
    return [plain(one.scenario.title), plain(rate(one.detected)), one.isFlaky ? 'yes' : 'no', ...times]
  })
  return [
    '## Repeated trials',
    `${unsteady.length} of ${counted(list.length, 'scenario')} were flaky: detected in some of the decided trials and not in others.`,
    table(['Scenario', 'Detected', 'Flaky', 'Median time', 'Latest'], rows),
  ]
}

function known(all: Figures): string[] {
  const list = knownGaps(all)
  if (list.length === 0) return []
  return [
    '## Known gaps',
    'No rule is known for these, or the product is known to be blind to them. They were expected, and are gaps all the same.',
    list.map((gap) => `- ${about(gap)}`).join('\n'),
  ]
}

function defects({ mustNotAlert }: Figures): string[] {
  if (mustNotAlert.length === 0) return []
  const rows = mustNotAlert.map((one) => [
    plain(one.scenario.title),
    one.twin ? verdict(one.twin) : '–',
    distinctAlerts(one.controls)
      .map(({ rule, name }) => code(`${rule} ${name}`))
      .join(', ') || 'none',
    plain(one.controls[0]?.reason ?? 'No trial of it was played.'),
  ])
  return [
    "## Defects of the stack's rules",
    'This traffic is legal. An alert on it is a defect of the rule that raised it; it counts neither as a detection nor as a false alarm.',
    table(['Legal traffic', 'Verdict', 'Alert', 'What was found'], rows),
  ]
}

/** What was learnt, what was then new, and what the stack said when it came once more; nothing where nothing was learnt. */
function newFlows(record: CampaignRecord): string[] {
  const words = baselineWords(record)
  if (words === null) return []
  const titles = new Map(record.run.scenarios.map(({ id, title }) => [id, title]))
  const rows = record.trials.flatMap((trial) =>
    trial.baseline
      ? [
          [
            `${plain(titles.get(trial.scenario) ?? trial.scenario)}${trial.kind === 'control' ? ', benign twin' : ''}`,
            `${trial.baseline.found}/${trial.baseline.frames}`,
            verdict(trial.verdict),
            trial.repeat?.outcome ?? '–',
          ],
        ]
      : [],
  )
  return [
    '## Learnt, new, once more',
    plain(words),
    table(['Scenario', 'Ordinary traffic proven', 'Then', 'Once more'], rows),
  ]
}

/** Which process is behind which connection; nothing where no scenario asks. */
function joins(record: CampaignRecord): string[] {
  return joinView(record).flatMap(({ title, rate: joined, keys, rows }, index) => [
    ...(index === 0 ? ['## Connections and their processes', plain(joinNote)] : []),
    plain(`${title}: ${joined}${keys.length > 0 ? `; ${keys.join('; ')}` : ''}.`),
    ...(rows.length > 0
      ? [
          table(
            joinColumns,
            rows.map((row) => row.map(plain)),
          ),
        ]
      : []),
  ])
}

function blind(all: Figures): string[] {
  const spots = blindSpots(all)
  return spots.length === 0 ? [] : ['## Blind spots', spots.map((spot) => `- ${plain(spot)}`).join('\n')]
}

function compliance(record: CampaignRecord, given: ReportContext): string[] {
  const exceptions = exceptionsView(record, given)
  const controls = controlsView(record, given)
  return [
    ...(exceptions
      ? [
          '## Exceptions',
          plain(exceptionsNote),
          table(
            exceptionColumns,
            exceptions.map((row) => row.map(plain)),
          ),
        ]
      : []),
    ...(controls.length > 0 ? ['## Evidence relevant to controls', plain(controlsNote)] : []),
    ...controls.flatMap(({ title, rows }) => [
      `### ${plain(title)}`,
      table(
        controlColumns,
        rows.map((row) => row.map(plain)),
      ),
    ]),
  ]
}

/** How many scenarios with the same trouble are named. */
const named = 20

function about({ verdict: one, twin, scenarios, reason }: Concern): string {
  const titles = scenarios.map(({ scenario }) => plain(scenario.title))
  const whose = twin ? 'benign twin of ' : ''
  if (titles.length === 1) return `${verdict(one)}: ${whose}${titles[0]}. ${plain(reason)}`
  const more = titles.length > named ? `; and ${titles.length - named} more` : ''
  return `${verdict(one)}: ${twin ? 'benign twins of ' : ''}${titles.length} scenarios alike, for example: ${plain(reason)} They are: ${titles.slice(0, named).join('; ')}${more}.`
}

/** What speaks for which cause, by the first scenario's first trial that is like it. */
function why({ verdict: one, twin, scenarios: [first] }: Concern, diagnosis: ReturnType<typeof diagnosisView>): string {
  const trial = twin ? undefined : first?.stimuli.find((each) => each.verdict === one)
  const words = trial === undefined ? '' : diagnosisWords(diagnosis(trial))
  return words === '' ? '' : ` Likeliest cause: ${plain(words)}`
}

function verdict(name: Verdict): string {
  return `${verdictWords[name].symbol} ${verdictWords[name].word}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text in which nothing is markup, a link or a mention. */
export function plain(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_[\]<>|~#!&$]/g, String.raw`\$&`)
    .replace(/:(?=\/\/)/g, String.raw`\:`)
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\\.`)
    .replaceAll('@', '`@`')
    .replace(/^[-+=]/, String.raw`\$&`)
    .replace(/^(\d+)([.)])(?=\s|$)/, String.raw`$1\$2`)
}

/** Text as a code span, which may stand in a table. */
export function code(text: string): string {
  const shown = oneLine(text).replaceAll('|', String.raw`\|`)
  const fence = '`'.repeat(longestRun(shown) + 1)
  return shown === '' ? '' : `${fence}${/^`|`$|^ .* $/.test(shown) ? ` ${shown} ` : shown}${fence}`
}

function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}sh\n${visible(text)}\n${fence}`
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
}

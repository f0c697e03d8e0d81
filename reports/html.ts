import { createHash } from 'node:crypto'
import { exactInterval, type Figures, figures, isOurs, type ScenarioFigures } from '../harness/evidence/figures.ts'
import type { CampaignRecord, RecordedFrontier, RecordedTrial } from '../harness/evidence/record.ts'
import * as account from './account.ts'
import { repeatWords, taughtWords } from './baseline.ts'
import { scenarioClasses } from './scenario-classes.ts'
import { changes } from './changes.ts'
import { concerns, isUnnamedDefect, knownGaps } from './concerns.ts'
import { diagnosisView, diagnosisWords } from './diagnosis.ts'
import { frontierPlots } from './frontier-plot.ts'
import { frontierHeadline, frontierNotes, pointRate, pointWords } from './frontier-words.ts'
import { alertsOnce, distinctAlerts, type ScenarioView, scenarioView } from './scenario-view.ts'
import { sightingWords } from './console-words.ts'
import * as format from './format.ts'
import {
  controlColumns,
  controlsView,
  exceptionColumns,
  exceptionsNote,
  exceptionsView,
  reviewedExceptions,
} from './compliance-view.ts'
import { controlsNote } from './control-evidence.ts'
import { evidenceIndex, signingMark, verifyCommands } from './integrity.ts'
import { joinColumns, joinNote, joinView, trialJoinWords } from './join.ts'
import { blindSpots, layerMatrix, sightWords } from './layers.ts'
import { notMeasured } from './not-measured.ts'
import { noticed } from './noticed.ts'
import { population } from './population.ts'
import { precision } from './precision.ts'
import { answers } from './questions.ts'
import { defineReporter, type ReportContext } from './reporter.ts'
import { renderTemplate } from './template.ts'
import { escapeMarkup } from './text.ts'
import { trialName, type Verdict, verdictWords } from './verdict-words.ts'
import { waiting } from './waiting-plot.ts'

/** One self-contained page: no request to anywhere, readable without its script and on paper. */
export const html = defineReporter({
  name: 'html',
  title: 'One page for people: on screen, on paper, without a network',
  render: (record, given) => [{ path: 'report.html', content: renderHtml(record, { given }) }],
})

export interface HtmlOptions {
  /**
   * For print: files of the run folder are named, not linked; scenarios are a line each, and in detail only those that a
   * reader must look at.
   */
  paper?: boolean
  /** What the reporter was given beside the record. */
  given?: ReportContext | undefined
}

/** Scenarios on paper: printing a row costs a millisecond, a scenario in detail twenty. */
const onPaper = { quiet: 1, loud: 2 }
const paperMost = { details: 40, lines: 1500 }

/** The page as text. Whatever the record holds, it stays text. */
export function renderHtml(record: CampaignRecord, { paper = false, given = {} }: HtmlOptions = {}): string {
  const all = figures(record)
  const views = all.scenarios.map((one, index) => scenarioView(one, index, paper ? onPaper : undefined))
  const reviewed = reviewedExceptions(record, given)
  const loud = paper ? wanted(views, reviewed) : views
  const details = paper ? loud.slice(0, paperMost.details) : loud
  const anchors = new Map<ScenarioFigures, string>([
    ...details.map(({ figures, anchor }) => [figures, anchor] as const),
    ...all.mustNotAlert.map((one, index) => [one, `legal-${index + 1}`] as const),
  ])
  const unmeasured = notMeasured(record, all)
  const diagnosis = diagnosisView(record)
  const mark = signingMark(given)
  const style = renderTemplate('report.css.ejs', { rows: views.length })
  const script = renderTemplate('filter.js.ejs')
  return renderTemplate('report.html.ejs', {
    record,
    run: record.run,
    figures: all,
    paper,
    scenarios: views,
    details,
    detailsLeft: loud.length - details.length,
    lines: views.slice(0, paperMost.lines),
    anchorOf: (one: ScenarioFigures) => anchors.get(one) ?? '',
    linkOf: (one: ScenarioFigures) => {
      const anchor = anchors.get(one)
      const title = escapeMarkup(one.scenario.title)
      return anchor === undefined ? title : `<a href="#${anchor}">${title}</a>`
    },
    concerns: concerns(all),
    knownGaps: knownGaps(all),
    expected: account.expected(all),
    isKnownGap: account.isKnownGap,
    isOurs,
    account,
    taughtWords,
    repeatWords,
    sightingWords,
    frontier: record.run.frontier ? frontierView(record.run.frontier) : null,
    sections: sections(record, all),
    noticed: noticed(all),
    changes: changes(record, all),
    answers: answers(record, all, { exceptions: reviewed, mark, unmeasured: unmeasured.length }),
    population: population(record),
    classes: scenarioClasses(all),
    layerMatrix: paper ? [] : layerMatrix(all),
    sightWords,
    blindSpots: blindSpots(all),
    joins: joinView(record),
    joinColumns,
    joinNote,
    trialJoinWords,
    likeliest: (trial: RecordedTrial) => diagnosisWords(diagnosis(trial)),
    waiting: waiting(record, all),
    precision: precision(all),
    notMeasured: unmeasured,
    assumptions: assumptions(record),
    evidence: evidenceIndex(record, given),
    checks: verifyCommands(record),
    mark,
    exactInterval,
    controls: controlsView(record, given),
    exceptions: exceptionsView(record, given),
    controlColumns,
    controlsNote,
    exceptionColumns,
    exceptionsNote,
    alertsOnce,
    distinctAlerts,
    isUnnamedDefect,
    format,
    trialName,
    words: verdictWords,
    chip: (verdict: Verdict) => chips[verdict],
    style,
    script,
    // Only this style and this script may ever apply, whatever text finds its way in.
    policy: `default-src 'none'; style-src '${digest(style)}'; script-src '${digest(script)}'; base-uri 'none'; form-action 'none'`,
    // A redacted copy names evidence that is not in its folder.
    evidenceLink: (path: string) =>
      !paper && !record.run.redaction?.withheld.some((one) => one.path === path)
        ? path.split('/').map(encodeURIComponent).join('/')
        : null,
    webLink: (url: string) => (/^https?:\/\/[^\s"'<>\\]+$/i.test(url) ? url : null),
  })
}

/** A verdict as symbol and word. */
const chips = Object.fromEntries(
  Object.entries(verdictWords).map(([verdict, { symbol, word }]) => [
    verdict,
    `<span class="chip ${verdict}"><span aria-hidden="true">${symbol}</span> ${word}</span>`,
  ]),
) as Record<Verdict, string>

/** The scenarios that a reader of the paper must look at: short of what was expected, false alarms, undecided, excepted. */
function wanted(views: readonly ScenarioView[], reviewed: ReturnType<typeof reviewedExceptions>): ScenarioView[] {
  const excepted = new Set(reviewed?.filter(({ inForce }) => inForce).flatMap(({ covers }) => covers))
  return views.filter(
    ({ attention, figures: { scenario, outcome, isFlaky } }) =>
      attention || isFlaky || outcome === 'partial' || excepted.has(scenario.id),
  )
}

function sections({ run }: CampaignRecord, all: Figures): [anchor: string, title: string][] {
  const results: [string, string][] = run.frontier
    ? [['frontier', 'Frontier']]
    : [
        ['figures', 'Key figures'],
        ['noticed', 'Noticed and not'],
        ['changes', 'Changes'],
        ['questions', 'In one minute'],
        ['outcomes', 'Outcomes'],
        ['attention', 'Needs attention'],
        ...(knownGaps(all).length > 0 ? [['known', 'Known gaps'] as [string, string]] : []),
      ]
  return [
    ...results,
    ['scenarios', 'All scenarios'],
    ['detail', 'In detail'],
    ['scope', 'Scope and authority'],
    ['method', 'Method'],
    ['population', 'Population'],
    ['groups', 'Clauses and techniques'],
    ['waiting', 'Time to detect'],
    ['layers', 'Blind spots'],
    ...(all.joins.length > 0 ? [['join', 'Join with processes'] as [string, string]] : []),
    ['precision', 'False alarms'],
    ['exceptions', 'Exceptions'],
    ['limitations', 'Limitations'],
    ['environment', 'Environment'],
    ['evidence', 'Evidence'],
    ['integrity', 'Integrity'],
    ['again', 'Perform again'],
  ]
}

/** What the scenarios assume, the most common first. */
function assumptions({ run }: CampaignRecord): { text: string; count: number }[] {
  const found = new Map<string, number>()
  for (const { assumptions } of run.scenarios)
    for (const text of new Set(assumptions)) found.set(text, (found.get(text) ?? 0) + 1)
  return [...found].map(([text, count]) => ({ text, count })).sort((one, other) => other.count - one.count)
}

function frontierView(found: RecordedFrontier) {
  return {
    found,
    headline: frontierHeadline(found),
    plots: frontierPlots(found),
    notes: frontierNotes(found),
    rows: found.points.map((point) => ({ ...point, rate: pointRate(point), words: pointWords(point) })),
  }
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

import { createHash } from 'node:crypto'
import { figures, isOurs, type ScenarioFigures } from '../harness/evidence/figures.ts'
import type { CampaignRecord, RecordedFrontier } from '../harness/evidence/record.ts'
import * as account from './account.ts'
import { repeatWords, taughtWords } from './baseline.ts'
import { concerns, isUnnamedDefect, knownGaps } from './concerns.ts'
import { frontierPlots } from './frontier-plot.ts'
import { frontierHeadline, frontierNotes, pointRate, pointWords } from './frontier-words.ts'
import { alertsOnce, distinctAlerts, scenarioView } from './scenario-view.ts'
import * as format from './format.ts'
import { controlColumns, controlsView, exceptionColumns, exceptionsNote, exceptionsView } from './compliance-view.ts'
import { controlsNote } from './control-evidence.ts'
import { defineReporter, type ReportContext } from './reporter.ts'
import { renderTemplate } from './template.ts'
import { trialName, verdictWords } from './verdict-words.ts'

/** One self-contained page: no request to anywhere, readable without its script and on paper. */
export const html = defineReporter({
  name: 'html',
  title: 'One page for people: on screen, on paper, without a network',
  render: (record, given) => [{ path: 'report.html', content: renderHtml(record, { given }) }],
})

export interface HtmlOptions {
  /** False: files of the run folder are named, not linked, for a copy that is read elsewhere. */
  links?: boolean
  /** What the reporter was given beside the record. */
  given?: ReportContext | undefined
}

/** The page as text. Whatever the record holds, it stays text. */
export function renderHtml(record: CampaignRecord, { links = true, given = {} }: HtmlOptions = {}): string {
  const all = figures(record)
  const views = all.scenarios.map((one, index) => scenarioView(one, index))
  const style = renderTemplate('report.css.ejs')
  const script = renderTemplate('filter.js.ejs')
  return renderTemplate('report.html.ejs', {
    record,
    run: record.run,
    figures: all,
    scenarios: views,
    viewOf: new Map<ScenarioFigures, { anchor: string } | undefined>([
      ...all.scenarios.map((one, index) => [one, views[index]] as const),
      ...all.mustNotAlert.map((one, index) => [one, { anchor: `legal-${index + 1}` }] as const),
    ]),
    concerns: concerns(all),
    knownGaps: knownGaps(all),
    expected: account.expected(all),
    isKnownGap: account.isKnownGap,
    isOurs,
    account,
    taughtWords,
    repeatWords,
    frontier: record.run.frontier ? frontierView(record.run.frontier) : null,
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
    style,
    script,
    // Only this style and this script may ever apply, whatever text finds its way in.
    policy: `default-src 'none'; style-src '${digest(style)}'; script-src '${digest(script)}'; base-uri 'none'; form-action 'none'`,
    // A redacted copy names evidence that is not in its folder.
    evidenceLink: (path: string) =>
      links && !record.run.redaction?.withheld.some((one) => one.path === path)
        ? path.split('/').map(encodeURIComponent).join('/')
        : null,
    webLink: (url: string) => (/^https?:\/\/[^\s"'<>\\]+$/i.test(url) ? url : null),
  })
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

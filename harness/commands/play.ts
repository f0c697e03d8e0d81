import { randomBytes } from 'node:crypto'
import { relative } from 'node:path'
import { Printer } from '../../reports/printer.ts'
import type { Reporter } from '../../reports/reporter.ts'
import { runCampaign } from '../campaign/run-campaign.ts'
import type { CampaignEvent } from '../campaign/events.ts'
import type { Context } from '../cli/context.ts'
import { createLiveProgress } from '../cli/live-progress.ts'
import type { ClauseShare } from '../cli/progress.ts'
import { summaryText } from '../cli/summary-text.ts'
import type { Destination } from '../evidence/place.ts'
import type { CampaignRecord } from '../evidence/record.ts'
import { writeRecord, writeReports } from '../evidence/write.ts'
import type { Campaign } from '../plan/campaign.ts'
import type { Plan } from '../plan/plan.ts'
import { sweep } from '../sandbox/sweep.ts'
import { makeWorkDirectory } from '../sandbox/work-directory.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import type { RuleChoice } from '../sensors/suricata/suricata.ts'
import { findChromium } from '../setup/chromium.ts'
import { exitCode } from '../verdict/exit-code.ts'
import { engineOf } from './engine.ts'
import { imagesOf } from './images.ts'
import { renderReports } from './report.ts'

/** A campaign whose input has been found good, and what becomes of its results. */
export interface Play {
  campaign: Campaign
  /** SHA-256 of the campaign, hex. */
  digest: string
  scenarios: readonly LoadedScenario[]
  /** The folder that they are from. */
  folder: string
  seed: string
  planned: Plan
  reporters: readonly Reporter[]
  destination: Destination
  rules: RuleChoice
  /** What was typed, as the record keeps it. */
  arguments: string[]
  /** The summary as JSON instead of text. */
  json: boolean
}

/** Plays a campaign on the engine, writes its record and reports, and tells the result. @returns the exit code. */
export async function playCampaign(context: Context, play: Play): Promise<number> {
  const engine = await engineOf(context)
  await sweep(engine)
  const progress = createLiveProgress(context, clauseShares(play))
  const session = newSession(new Date())
  await using work = await makeWorkDirectory(session)
  await using printer = new Printer(() => findChromium(context.env))
  const wantsPrinter = play.reporters.some(({ needsBrowser }) => needsBrowser)
  let isPlaying = false
  const onEvent = (event: CampaignEvent) => {
    progress.onEvent(event)
    if (event.type === 'planned') isPlaying = true
    // The stage after the playing, in which the monitors are heard out: nothing that this could slow down is timed any more.
    else if (event.type === 'stage' && isPlaying && wantsPrinter) printer.start()
  }
  try {
    const images = await imagesOf(context, engine, ({ image, text }) =>
      progress.status(`building the ${image} image`, text),
    )
    const { record, evidence } = await runCampaign({
      session,
      campaign: play.campaign,
      campaignDigest: play.digest,
      arguments: play.arguments,
      scenarios: play.scenarios,
      folder: play.folder,
      seed: play.seed,
      engine,
      images,
      workDirectory: work.path,
      rules: play.rules,
      toolVersion: context.version,
      signal: context.signal,
      onEvent,
      log: { debug: () => {}, warn: (text) => progress.line(text) },
    })
    progress.status('writing the record')
    const directory = await writeRecord(play.destination, record, evidence)
    progress.status('writing the reports')
    const { files, problems } = await renderReports(record, play.reporters, printer)
    await writeReports(directory, files)
    progress.end()
    for (const problem of problems) context.log(`tocsin: ${problem}\n`)
    const place = { directory: relative(context.cwd, directory) || '.', files: files.map(({ path }) => path) }
    context.out(play.json ? asJson(record, place) : summaryText(record, place, context.stdout))
    return context.signal.aborted ? 130 : exitCode(record.run, record.trials)
  } finally {
    progress.end()
  }
}

function clauseShares({ scenarios, planned }: Play): ClauseShare[] {
  const trials = planned.waves.flatMap((wave) => wave.trials)
  return [...new Set(scenarios.map(({ clause }) => clause))].sort().map((name) => {
    const ids = new Set(scenarios.filter(({ clause }) => clause === name).map(({ id }) => id))
    const own = trials.filter(({ scenario }) => ids.has(scenario))
    return {
      name,
      scenarios: ids,
      trials: own.length,
      anomalies: own.filter(({ kind }) => kind === 'stimulus').length,
    }
  })
}

function asJson({ run }: CampaignRecord, { directory, files }: { directory: string; files: string[] }): string {
  const { id, incomplete, summary, problems } = run
  return `${JSON.stringify({ run: id, directory, reports: files, incomplete, summary, problems }, null, 2)}\n`
}

/** Sorts by time, is unique, and is short enough to name Docker objects: `20261124-043215-9f3a`. */
function newSession(now: Date): string {
  const digits = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return `${digits}-${randomBytes(2).toString('hex')}`
}

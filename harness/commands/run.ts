import { randomBytes } from 'node:crypto'
import { relative } from 'node:path'
import { runCampaign } from '../campaign/run-campaign.ts'
import type { CommandDefinition } from '../cli/command.ts'
import { createLiveProgress } from '../cli/live-progress.ts'
import type { ClauseShare } from '../cli/progress.ts'
import { summaryText } from '../cli/summary-text.ts'
import { InputError } from '../errors.ts'
import { checkOut } from '../evidence/place.ts'
import type { CampaignRecord } from '../evidence/record.ts'
import { writeRecord, writeReports } from '../evidence/write.ts'
import { checkMonitor } from '../monitors/registry.ts'
import type { Campaign } from '../plan/campaign.ts'
import { type Plan, plan } from '../plan/plan.ts'
import { sweep } from '../sandbox/sweep.ts'
import { makeWorkDirectory } from '../sandbox/work-directory.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import { exitCode } from '../verdict/exit-code.ts'
import { overdue } from './authorisation.ts'
import { engineOf } from './engine.ts'
import { imagesOf } from './images.ts'
import { campaignOptions, readCampaign, readLibrary, seedOf, selectScenarios, userPath } from './inputs.ts'
import { chooseReporters, formatOption, renderReports } from './report.ts'
import { withoutOptions } from './run-arguments.ts'

const options = [
  ...campaignOptions,
  { flags: '--out <dir>', description: 'folder for the record (default: a new one in --runs)' },
  { flags: '--runs <dir>', description: 'folder of all runs', initial: 'runs' },
  formatOption,
  {
    flags: '--without-rules',
    description: 'start the embedded Suricata without rules, to see what a blind stack looks like',
  },
  { flags: '--json', description: "print the run's summary as JSON" },
]

export const runCommand: CommandDefinition = {
  arguments: { '[campaign]': 'campaign file (default: the whole library, watched by the embedded Suricata)' },
  options,
  examples: [
    ['run', 'everything, with the embedded Suricata'],
    ['run --clause extraneous --trials 3', 'one clause, three trials of each scenario'],
    ["run --only 'icmp-*' --format html,csv --json", 'some scenarios, two reports, the summary as JSON'],
    ['run --only tcp-null-scan --out one-run', 'one scenario, into a folder of its own'],
  ],
  async run(context, given, [file]) {
    const reporters = chooseReporters(given.format as string[] | undefined)
    const { campaign, digest } = readCampaign(context, file as string | undefined, given)
    const scenarios = selectScenarios(readLibrary(context, given), campaign.scenarios, given)
    const seed = seedOf(campaign)
    // Everything that can be wrong with the input is found before anything is started.
    const planned = plan(scenarios, campaign, { seed, subnet: campaign.sandbox.subnet })
    checkCampaign(campaign, given)
    const out = given.out === undefined ? null : await checkOut(userPath(context, String(given.out)))
    const engine = await engineOf(context)
    await sweep(engine)
    const progress = createLiveProgress(context, clauseShares(scenarios, planned))
    const session = newSession(new Date())
    await using work = await makeWorkDirectory(session)
    try {
      const images = await imagesOf(context, engine, ({ image, text }) =>
        progress.status(`building the ${image} image`, text),
      )
      const { record, evidence } = await runCampaign({
        session,
        campaign,
        campaignDigest: digest,
        arguments: withoutOptions(context.argv, options, ['seed', 'out', 'runs', 'json']),
        scenarios,
        seed,
        engine,
        images,
        workDirectory: work.path,
        rules: given.withoutRules ? 'none' : 'shipped',
        toolVersion: context.version,
        signal: context.signal,
        onEvent: progress.onEvent,
        log: { debug: () => {}, warn: (text) => progress.line(text) },
      })
      progress.status('writing the record')
      const directory = await writeRecord(
        out === null ? { runs: userPath(context, String(given.runs)) } : { out },
        record,
        evidence,
      )
      progress.status('writing the reports')
      const { files, problems } = await renderReports(context, record, reporters)
      await writeReports(directory, files)
      progress.end()
      for (const problem of problems) context.log(`tocsin: ${problem}\n`)
      const place = { directory: relative(context.cwd, directory) || '.', files: files.map(({ path }) => path) }
      context.out(given.json ? asJson(record, place) : summaryText(record, place, context.stdout))
      return context.signal.aborted ? 130 : exitCode(record.run, record.trials)
    } finally {
      progress.end()
    }
  },
}

function checkCampaign({ authorisation, monitors }: Campaign, { withoutRules }: Record<string, unknown>): void {
  if (authorisation && overdue(authorisation, Date.now()))
    throw new InputError(
      `authorisation ${authorisation.reference} by ${authorisation.by} was valid until ${authorisation.validUntil}; get a new one`,
    )
  if (withoutRules && monitors.length > 0)
    throw new InputError('--without-rules is for the embedded Suricata, but the campaign names monitors of its own')
  for (const monitor of monitors) checkMonitor(monitor)
}

function clauseShares(scenarios: readonly LoadedScenario[], { waves }: Plan): ClauseShare[] {
  const trials = waves.flatMap((wave) => wave.trials)
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

import { randomBytes } from 'node:crypto'
import { relative } from 'node:path'
import { runCampaign } from '../campaign/run-campaign.ts'
import type { CommandDefinition } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { LiveProgress } from '../cli/live-progress.ts'
import { summaryText } from '../cli/summary-text.ts'
import { InputError } from '../errors.ts'
import { checkOut } from '../evidence/place.ts'
import { writeRecord, writeReports } from '../evidence/write.ts'
import { type Campaign, parseMonitors } from '../plan/campaign.ts'
import { plan } from '../plan/plan.ts'
import { select } from '../plan/select.ts'
import { sweep } from '../sandbox/sweep.ts'
import { makeWorkDirectory } from '../sandbox/work-directory.ts'
import { readSource } from '../scenario/source.ts'
import { exitCode } from '../verdict/exit-code.ts'
import { engineOf } from './engine.ts'
import { imagesOf } from './images.ts'
import { campaignOptions, readCampaign, readLibrary, seedOf, userPath } from './inputs.ts'
import { chooseReporters, formatOption, renderReports } from './report.ts'

export const runCommand: CommandDefinition = {
  name: 'run',
  description: 'Play a campaign and write its record and reports',
  arguments: { '[campaign]': 'campaign file (default: the whole library, watched by the embedded Suricata)' },
  options: [
    ...campaignOptions,
    { flags: '--monitors <file>', description: 'YAML list of your own monitors instead of the campaign\'s' },
    { flags: '--mirror <interface>', description: 'network interface of the host that gets a copy of every frame' },
    { flags: '--out <dir>', description: 'folder for the record (default: a new one in --runs)' },
    { flags: '--runs <dir>', description: 'folder of all runs', initial: 'runs' },
    formatOption,
    { flags: '--without-rules', description: 'start the embedded Suricata without rules, to see what a blind stack looks like' },
    { flags: '--json', description: "print the run's summary as JSON" },
  ],
  examples: [
    ['run', 'everything, with the embedded Suricata'],
    ['run --clause malformed --trials 3', 'one clause, three trials each'],
    ['run --only tcp-null-scan --out /tmp/one-run', 'one scenario, into a folder of its own'],
  ],
  async run(context, options, [file]) {
    const reporters = chooseReporters(options['format'] as string[] | undefined)
    const { campaign, digest } = readRunCampaign(context, options, file as string | undefined)
    const library = readLibrary(context, options)
    const scenarios = select(library, campaign.scenarios)
    const seed = seedOf(campaign)
    refuseOverdue(campaign)
    // Everything that can be wrong with the plan is found before anything is started.
    plan(scenarios, campaign, { seed, subnet: campaign.sandbox.subnet })
    const out = options['out'] === undefined ? null : await checkOut(userPath(context, String(options['out'])))
    const engine = await engineOf(context)
    await sweep(engine)
    const progress = new LiveProgress(context.log, context.stderr)
    const session = newSession(new Date())
    await using work = await makeWorkDirectory(session)
    try {
      const images = await imagesOf(context, engine, (line) => progress.status(line))
      const { record, evidence } = await runCampaign({
        session,
        campaign,
        campaignDigest: digest,
        scenarios,
        seed,
        engine,
        images,
        workDirectory: work.path,
        rules: options['withoutRules'] ? 'none' : 'shipped',
        toolVersion: context.version,
        signal: context.signal,
        onEvent: progress.onEvent,
        log: { debug: () => {}, warn: (text) => progress.line(text) },
      })
      progress.status('writing the record')
      const place = out === null ? { runs: userPath(context, String(options['runs'])) } : { out }
      const directory = await writeRecord(place, record, evidence)
      progress.status('writing the reports')
      const { files, problems } = await renderReports(context, record, reporters)
      await writeReports(directory, files)
      progress.end()
      for (const problem of problems) context.log(`tocsin: ${problem}\n`)
      const shown = relative(context.cwd, directory) || '.'
      if (options['json']) context.out(`${JSON.stringify({ run: record.run.id, directory: shown, summary: record.run.summary }, null, 2)}\n`)
      else context.out(summaryText(record, { directory: shown, files: files.map(({ path }) => path) }, context.stdout))
      return context.signal.aborted ? 130 : exitCode(record.run, record.trials)
    } finally {
      progress.end()
    }
  },
}

function readRunCampaign(context: Context, options: Record<string, unknown>, file: string | undefined) {
  const loaded = readCampaign(context, file, options)
  const { campaign } = loaded
  if (options['monitors'] !== undefined) campaign.monitors = parseMonitors(readSource(String(options['monitors'])))
  if (options['mirror'] !== undefined) campaign.sandbox = { ...campaign.sandbox, mirror: String(options['mirror']) }
  return loaded
}

/** @throws InputError when the authorisation has run out. */
function refuseOverdue({ authorisation }: Campaign): void {
  if (!authorisation) return
  // Valid through the whole of its last day, anywhere on Earth.
  const end = Date.parse(`${authorisation.validUntil}T23:59:59-12:00`)
  if (Date.now() > end)
    throw new InputError(
      `authorisation ${authorisation.reference} by ${authorisation.by} was valid until ${authorisation.validUntil}; get a new one`,
    )
}

/** Sorts by time, is unique, and is short enough to name Docker objects: `20261124-043215-9f3a`. */
function newSession(now: Date): string {
  const digits = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return `${digits}-${randomBytes(2).toString('hex')}`
}

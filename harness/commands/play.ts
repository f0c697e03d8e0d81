import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto'
import { dirname, join, relative } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { Printer } from '../../reports/printer.ts'
import type { Reporter } from '../../reports/reporter.ts'
import { writeManifest } from '../attestation/run-manifest.ts'
import { signRun } from '../attestation/sign-run.ts'
import { keyIdOf } from '../attestation/signing-key.ts'
import { writeSigningNote } from '../attestation/signing-note.ts'
import { type CampaignOptions, type CampaignOutcome, runCampaign } from '../campaign/run-campaign.ts'
import type { CampaignEvent } from '../campaign/events.ts'
import type { Context } from '../cli/context.ts'
import { createLiveProgress } from '../cli/live-progress.ts'
import type { ClauseShare, LiveProgress } from '../cli/progress.ts'
import { summaryText } from '../cli/summary-text.ts'
import type { Destination } from '../evidence/place.ts'
import { ObservationTally } from '../evidence/observed.ts'
import { readPrevious } from '../evidence/previous.ts'
import type { CampaignRecord, RecordedPopulation } from '../evidence/record.ts'
import { writeRecord, writeReports } from '../evidence/write.ts'
import type { Campaign } from '../plan/campaign.ts'
import { sweep } from '../sandbox/sweep.ts'
import { makeWorkDirectory } from '../sandbox/work-directory.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import type { RuleChoice } from '../sensors/suricata/suricata.ts'
import { findChromium } from '../setup/chromium.ts'
import type { Secrets } from '../witness/console-secrets.ts'
import { ConsoleWitness } from '../witness/console-witness.ts'
import { exitCode } from '../verdict/exit-code.ts'
import { engineOf } from './engine.ts'
import { imagesOf } from './images.ts'
import { type Redacting, writeRedacted } from './redact.ts'
import { renderReports } from './render-reports.ts'
import { readInputs } from './report-inputs.ts'

/** A campaign whose input has been found good, and what becomes of its results. */
export interface Play {
  campaign: Campaign
  /** SHA-256 of the campaign, hex. */
  digest: string
  scenarios: readonly LoadedScenario[]
  /** What they were chosen from; absent where they were not chosen. */
  population?: RecordedPopulation
  /** The folder that they are from. */
  folder: string
  seed: string
  /** What is known beforehand of each clause, for the board; empty when what is played depends on what is heard. */
  shares: readonly ClauseShare[]
  reporters: readonly Reporter[]
  destination: Destination
  rules: RuleChoice
  /** What was typed, as the record keeps it. */
  arguments: string[]
  /** What is typed into the campaign's console; null or absent: it names none, or nobody looks. */
  secrets?: Secrets | null
  /** A redacted copy that is written too; null or absent: none. */
  redacting?: Redacting | null
  /** Signs the run; null or absent: nobody does. */
  key?: KeyObject | null
  /** The summary as JSON instead of text. */
  json: boolean
  /** What is done in the sandbox; absent: the campaign is played. */
  perform?: (options: CampaignOptions, progress: LiveProgress) => Promise<CampaignOutcome>
  /** The result for people; absent: the summary of a campaign. */
  tell?: (record: CampaignRecord, place: RecordPlace) => string
  /** Of a campaign that was not interrupted; absent: whether every expectation was met. */
  exitCode?: (record: CampaignRecord) => number
}

/** How much of what lives may come on top of it before memory is cleaned up. */
const heapGrowingPercent = 30

/** Where a record was put, as the user would type it, and the reports in it. */
export interface RecordPlace {
  directory: string
  files: string[]
}

/** Plays a campaign on the engine, writes its record and reports, and tells the result. @returns the exit code. */
export async function playCampaign(context: Context, play: Play): Promise<number> {
  // A trial leaves packets behind that are garbage once they are found; V8 would let them grow to four times what lives.
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`)
  // It notes where in the code objects are made that last, and puts all that is made there, with what hangs from it, where only a
  // collection of the whole heap finds it once it is dead. Trials and their packets are made in the same places.
  setFlagsFromString('--no-allocation-site-pretenuring')
  const engine = await engineOf(context)
  await sweep(engine)
  const progress = createLiveProgress(context, play.shares)
  const session = newSession(new Date())
  const previous = await readPrevious(play.destination)
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
    const campaignOptions: CampaignOptions = {
      session,
      campaign: play.campaign,
      campaignDigest: play.digest,
      arguments: play.arguments,
      scenarios: play.scenarios,
      ...(play.population === undefined ? {} : { population: play.population }),
      folder: play.folder,
      seed: play.seed,
      engine,
      images,
      workDirectory: work.path,
      rules: play.rules,
      toolVersion: context.version,
      ...consoleOf(context, play),
      signal: context.signal,
      onEvent,
      log: { debug: () => {}, warn: (text) => progress.line(text) },
    }
    const outcome = await (play.perform?.(campaignOptions, progress) ?? runCampaign(campaignOptions))
    const { run, trials } = outcome.record
    if (previous !== null && run.frontier === undefined) run.previous = previous
    progress.status('writing the record')
    const tally = new ObservationTally(trials)
    const observations = tally.through(outcome.observations)
    const directory = await writeRecord(play.destination, { run, trials, observations }, outcome.evidence)
    const record: CampaignRecord = { run, trials, ...tally.observed }
    progress.status('writing the reports')
    // Before the reports, which name the key.
    if (play.key)
      await writeSigningNote(directory, {
        keyId: keyIdOf(createPublicKey(play.key)),
        signedAt: new Date().toISOString(),
      })
    const { files, problems } = await renderReports(record, play.reporters, {
      printer,
      ...(await readInputs(context, directory, record.run.id)),
    })
    await writeReports(directory, files)
    await writeManifest(directory, record, context.version)
    if (play.key) await signRun(directory, play.key, join(dirname(directory), 'ledger.jsonl'), context.version)
    const copy = play.redacting
      ? await writeRedacted(context, directory, play.redacting, { reporters: play.reporters, printer })
      : null
    problems.push(...(copy?.problems ?? []))
    progress.end()
    if (copy) context.log(`${copy.line}\n`)
    for (const problem of problems) context.log(`tocsin: ${problem}\n`)
    const place = { directory: relative(context.cwd, directory) || '.', files: files.map(({ path }) => path) }
    const tell = play.tell ?? ((told: CampaignRecord) => summaryText(told, place, context.stdout))
    context.out(play.json ? asJson(record, place) : tell(record, place))
    return context.signal.aborted ? 130 : (play.exitCode?.(record) ?? exitCode(record.run, record.trials))
  } finally {
    progress.end()
  }
}

function consoleOf(context: Context, { campaign, secrets }: Play): Pick<CampaignOptions, 'openConsole'> {
  const { console: settings } = campaign
  if (settings === undefined || !secrets) return {}
  const findBrowser = () => findChromium(context.env)
  return { openConsole: () => new ConsoleWitness({ settings, secrets, findBrowser, clock: Date.now }) }
}

function asJson({ run }: CampaignRecord, { directory, files }: RecordPlace): string {
  const { id, incomplete, summary, problems, frontier } = run
  return `${JSON.stringify({ run: id, directory, reports: files, incomplete, summary, problems, frontier }, null, 2)}\n`
}

/** Sorts by time, is unique, and is short enough to name Docker objects: `20261124-043215-9f3a`. */
function newSession(now: Date): string {
  const digits = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return `${digits}-${randomBytes(2).toString('hex')}`
}

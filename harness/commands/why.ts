import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { trialName } from '../../reports/verdict-words.ts'
import type { CommandDefinition } from '../cli/command.ts'
import { repeatable } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { bold, dim } from '../cli/table.ts'
import { wrap } from '../cli/wrap.ts'
import { Diagnoses, type Finding } from '../diagnosis/diagnose.ts'
import { type RuleTrial, tryRule } from '../diagnosis/try-rule.ts'
import { InputError } from '../errors.ts'
import { readObservations, readRecord } from '../evidence/read.ts'
import type { CampaignRecord, RecordedObservation, RecordedScenario, RecordedTrial } from '../evidence/record.ts'
import { ownFile } from '../monitors/own-file.ts'
import { readPipelineFile, rulesIn } from '../monitors/sigma-rules.ts'
import { suggestion } from '../scenario/nearest.ts'
import { readSigma, type SigmaFile } from '../sigma/documents.ts'
import type { Pipeline } from '../sigma/pipeline.ts'
import type { SigmaRule } from '../sigma/rule.ts'
import { idFits } from '../verdict/expected-alert.ts'
import { userPath } from './inputs.ts'

export const whyCommand: CommandDefinition = {
  arguments: {
    '<run>': 'folder of the run; left out: the newest run',
    '[scenario]': 'its id; left out after a folder: all that were not detected',
  },
  options: [
    {
      flags: '--rules <paths>',
      description: 'Sigma rules, or folders of them, to evaluate again beside those of the run',
      ...repeatable,
    },
    { flags: '--runs <dir>', description: 'folder of all runs', initial: 'runs' },
    { flags: '--json', description: 'as JSON' },
  ],
  examples: [
    ['why runs/latest tcp-null-scan', 'for each trial that was not detected, what speaks for which cause'],
    ['why tcp-null-scan --json', 'of the newest run, for a program'],
    ['why runs/latest', 'all that was not detected'],
  ],
  async run(context, options, [first, second]) {
    const isRun = second !== undefined || existsSync(join(userPath(context, String(first)), 'run.json'))
    const directory = userPath(context, isRun ? String(first) : join(String(options.runs), 'latest'))
    const id = isRun ? second : first
    const record = await readRecord(directory)
    const scenarios = id === undefined ? withGaps(record) : [findRecorded(record, String(id))]
    const diagnoses = new Diagnoses(record)
    const trialsOf = ({ id: of }: RecordedScenario) =>
      record.trials.filter((trial) => trial.scenario === of && trial.kind === 'stimulus')
    const records = await telemetryOf(directory, scenarios.flatMap(trialsOf))
    const told = scenarios.map((scenario): Told => {
      const again = sigmaOf(record, scenario, context, (options.rules as string[] | undefined) ?? [])
      const findings = trialsOf(scenario).map((trial) => ({
        trial,
        findings: trial.verdict === 'detected' ? [] : diagnoses.of(trial, again(records.get(trial.id) ?? [])),
      }))
      return { scenario, findings }
    })
    const json = told.map(asJson)
    if (options.json) context.out(`${JSON.stringify(id === undefined ? json : json[0], null, 2)}\n`)
    else if (told.length === 0) context.out('Every anomaly was detected.\n')
    else context.out(told.map((one) => asText(one, context)).join('\n'))
    return 0
  },
}

interface Told {
  scenario: RecordedScenario
  findings: { trial: RecordedTrial; findings: Finding[] }[]
}

function withGaps({ run, trials }: CampaignRecord): RecordedScenario[] {
  const gaps = trials.filter(({ kind, verdict }) => kind === 'stimulus' && verdict !== 'detected')
  const ids = new Set(gaps.map(({ scenario }) => scenario))
  return run.scenarios.filter(({ id }) => ids.has(id))
}

/** What was recorded of trials that were not detected, alerts left out. */
async function telemetryOf(
  directory: string,
  trials: readonly RecordedTrial[],
): Promise<Map<string, RecordedObservation[]>> {
  const gaps = trials.filter(({ verdict }) => verdict !== 'detected')
  const found = new Map(gaps.map(({ id }) => [id, [] as RecordedObservation[]]))
  if (gaps.length === 0) return found
  for await (const observation of readObservations(directory))
    if (observation.kind === 'telemetry' && observation.phase === undefined && observation.trial !== null)
      found.get(observation.trial)?.push(observation)
  return found
}

/** From more rules than these on, only those are told that match. */
const askedShown = 3

function findRecorded({ run }: CampaignRecord, id: string): RecordedScenario {
  const known = run.scenarios.map((scenario) => scenario.id)
  const found = run.scenarios.find((scenario) => scenario.id === id)
  if (found) return found
  throw new InputError(`run ${run.id} has no scenario "${id}"${suggestion(id, known)}`)
}

/** Evaluates the expected Sigma rules over records; rules that keep state over many records are left out. */
function sigmaOf(
  { run }: CampaignRecord,
  scenario: RecordedScenario,
  context: Context,
  given: readonly string[],
): (records: readonly RecordedObservation[]) => RuleTrial[] {
  const wanted = Object.values(scenario.expectedRules).flat()
  if (wanted.length === 0 && given.length === 0) return () => []
  const recorded = (run.configurations ?? []).flatMap(({ files }) => files).filter(({ file }) => /\.ya?ml$/.test(file))
  const places = [
    ownFile('harness/sensors/endpoint/sigma'),
    ...recorded.map(({ file }) => join(context.root, file)).filter(existsSync),
    ...recorded.map(({ file }) => file).filter((file) => file.startsWith('/') && existsSync(file)),
  ]
  const digests = new Map(recorded.map(({ file, digest }) => [file, digest]))
  const isExpected = ({ id }: SigmaRule) => wanted.some((each) => idFits(each, id))
  const files = new Map(places.flatMap(rulesIn).map((file) => [file.file, file]))
  const known = readSigma(files.values()).rules.filter(isExpected)
  const asked = readSigma(given.map((path) => userPath(context, path)).flatMap(rulesIn)).rules
  const rules = new Map([...known, ...asked].map((rule) => [rule.id, rule]))
  const pipelines = new Map(
    run.monitors.flatMap(({ name, type }): [string, Pipeline][] => {
      const file = Object.hasOwn(pipelineOf, type) ? pipelineOf[type] : undefined
      return file === undefined ? [] : [[name, readPipelineFile(ownFile(`harness/sigma/pipelines/${file}`))]]
    }),
  )
  // Of many that somebody wants to try, only those are of interest that fit.
  const isOfInterest = ({ rule, matches }: RuleTrial) =>
    matches > 0 || asked.length <= askedShown || known.some(({ id }) => id === rule)
  return (records) =>
    [...rules.values()]
      .flatMap((rule) => {
        const tried = [...pipelines].map(([monitor, pipeline]) =>
          tryRule(
            rule,
            pipeline,
            records.filter((record) => record.monitor === monitor).map(({ raw }) => raw),
          ),
        )
        return bestTrial(tried) ?? []
      })
      .filter(isOfInterest)
      .map((tried) => ({ ...tried, file: shownFile(files.get(tried.file), tried.file, digests, context) }))
}

/** Where the fields of rules are found in what a kind of monitor reads. */
const pipelineOf: Record<string, string> = {
  laurel: 'audit.yaml',
  bpftrace: 'bpftrace.yaml',
  'suricata-eve': 'eve.yaml',
}

/** A rule is for one kind of records: the one in which it matches, or has the most of its fields. */
function bestTrial(tried: readonly RuleTrial[]): RuleTrial | undefined {
  const worth = ({ matches, considered, missing }: RuleTrial) =>
    matches > 0 ? Number.MAX_SAFE_INTEGER : (considered > 0 ? 1000 : 0) - missing.length
  return tried.toSorted((one, other) => worth(other) - worth(one))[0]
}

/** A file by its place in the project, with a word where it is not what the run had. */
function shownFile(
  file: SigmaFile | undefined,
  path: string,
  digests: ReadonlyMap<string, string>,
  { root }: Context,
): string {
  const place = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
  const before = digests.get(place)
  const digest = file === undefined ? undefined : createHash('sha256').update(file.text).digest('hex')
  return before !== undefined && before !== digest ? `${place}, which has changed since the run` : place
}

function asJson({ scenario: { id, title }, findings: told }: Told) {
  return {
    scenario: id,
    title,
    trials: told.map(({ trial, findings }) => ({
      id: trial.id,
      verdict: trial.verdict,
      reason: trial.reason,
      diagnosis: findings,
    })),
  }
}

function asText({ scenario: { id, title }, findings: told }: Told, { stdout }: Context): string {
  const isRepeated = told.some(({ trial }) => trial.trial > 1)
  return [
    bold(`${id}: ${title}`, stdout),
    ...told.flatMap(({ trial, findings }) => {
      const name = trialName(trial, isRepeated)
      return [
        '',
        wrap(`${name === '' ? '' : `${name}: `}${trial.verdict}. ${trial.reason}`, stdout),
        ...findings.flatMap(({ title: cause, sentence }) => [
          `  ${bold(cause, stdout)}`,
          `    ${wrap(sentence, stdout, 4, 4)}`,
        ]),
        ...(findings.length === 0 && trial.verdict !== 'detected'
          ? [dim('  The record tells of no cause.', stdout)]
          : []),
      ]
    }),
    ...(told.length === 0 ? ['', 'It is legal traffic: no anomaly of it was played.'] : []),
    '',
  ].join('\n')
}

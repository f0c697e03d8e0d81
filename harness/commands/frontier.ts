import { InvalidArgumentError } from 'commander'
import { generators } from '../../generators/registry.ts'
import { wholeNumber } from '../cli/command.ts'
import type { CommandDefinition } from '../cli/command.ts'
import { InputError } from '../errors.ts'
import { checkOut } from '../evidence/place.ts'
import type { FrontierSettings } from '../frontier/frontier.ts'
import { findParameter, type Parameter } from '../frontier/parameter.ts'
import { makeConversation } from '../plan/conversation.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import { written } from '../scenario/positions.ts'
import { exampleTrials } from './show.ts'
import { campaignOptions, readCampaign, readScenario, scenarioFolder, seedOf, userPath } from './inputs.ts'
import { chooseReporters, formatOption } from './report.ts'
import { withoutOptions } from './run-arguments.ts'
import { checkCampaign } from './run.ts'

const wanted = ['--scenarios', '--seed', '--monitors', '--mirror']

const options = [
  { flags: '--from <number>', description: 'the smallest value', parse: number },
  { flags: '--to <number>', description: 'the largest value', parse: number },
  {
    flags: '--resolution <number>',
    description: 'how near two values may lie (default: 1 between whole numbers, else a thousandth of the stretch)',
    parse: number,
  },
  { flags: '--trials <n>', description: 'trials of each value at first', parse: wholeNumber(1, 100), initial: 5 },
  {
    flags: '--most-trials <n>',
    description: 'at most, where results are mixed',
    parse: wholeNumber(1, 500),
    initial: 20,
  },
  {
    flags: '--confidence <share>',
    description: 'how sure each value must be, 0.5 to 0.9999',
    parse: confidence,
    initial: 0.95,
  },
  {
    flags: '--at-once <n>',
    description: 'values tried at once where a change lies; 1 is bisection',
    parse: wholeNumber(1, 31),
  },
  {
    flags: '--settle <seconds>',
    description:
      "wait so long for alerts after each round (default: what the scenario's alert may take, if it says so)",
    parse: number,
  },
  { flags: '--case <label>', description: 'which case of a matrix gives the other names their values' },
  ...campaignOptions.filter(({ flags }) => wanted.includes(flags.split(' ')[0] ?? '')),
  { flags: '--out <dir>', description: 'folder for the record (default: a new one in --runs)' },
  { flags: '--runs <dir>', description: 'folder of all runs', initial: 'runs' },
  formatOption,
  { flags: '--json', description: 'print what was found as JSON' },
]

export const frontierCommand: CommandDefinition = {
  arguments: {
    '<scenario>': 'its id',
    '<parameter>': 'a name of its matrix, or a path such as stimulus.steps[1].repeat.count, as short as it is clear',
  },
  options,
  examples: [
    [
      'frontier tcp-syn-flood-one-tuple repeat.count --from 1 --to 40',
      'how many SYNs of one connection it takes until the stack alerts',
    ],
    [
      'frontier modbus-request-flood repeat.count --from 400 --to 600 --at-once 1 --format html',
      'the same for requests without an answer, by bisection',
    ],
  ],
  async run(context, given, [id, name]) {
    const reporters = chooseReporters(given.format as string[] | undefined)
    const { trials: _trials, ...withoutTrials } = given
    const { campaign: base, digest } = readCampaign(context, undefined, withoutTrials)
    const scenario = readScenario(context, given, id)
    const parameter = findParameter(scenario, String(name), given.case as string | undefined)
    const search = settings(given, scenario)
    for (const value of [search.from, search.to]) checkValue(scenario, parameter, value, scenarioFolder(context, given))
    const campaign = {
      ...base,
      name: `frontier-${scenario.id}`.slice(0, 80),
      title: `Detection frontier of ${scenario.id} by ${parameter.name}`,
      scenarios: { ids: [scenario.id], exclude: [] },
      trials: search.trials,
    }
    checkCampaign(campaign)
    const asked = given.out as string | undefined
    const out = asked === undefined ? null : await checkOut(userPath(context, asked))
    const settleMs = given.settle === undefined ? longestAlert(scenario) : (given.settle as number) * 1000
    const { playCampaign } = await import('./play.ts')
    const { searching } = await import('./searching.ts')
    return playCampaign(context, {
      campaign,
      digest,
      scenarios: [scenario],
      folder: scenarioFolder(context, given),
      seed: seedOf(campaign),
      shares: [],
      reporters,
      destination: out === null ? { runs: userPath(context, String(given.runs)) } : { out },
      rules: 'with-ours',
      arguments: withoutOptions(context.argv, options, ['seed', 'out', 'runs', 'json']),
      json: given.json === true,
      ...searching({ parameter, search, settleMs }, context),
    })
  },
}

function settings(given: Record<string, unknown>, scenario: LoadedScenario): FrontierSettings {
  const { from, to, trials, mostTrials } = given as Record<string, number | undefined>
  if (from === undefined || to === undefined)
    throw new InputError('say between which values to search: --from and --to')
  if (from >= to) throw new InputError(`--from ${from} must be less than --to ${to}`)
  const isWhole = Number.isInteger(from) && Number.isInteger(to)
  const resolution = (given.resolution as number | undefined) ?? (isWhole ? 1 : (to - from) / 1000)
  if (!(resolution > 0 && resolution <= to - from))
    throw new InputError(`--resolution ${resolution} must be more than 0 and no more than ${to - from}`)
  return {
    from,
    to,
    resolution,
    // A round that waits for slow alerts should answer more at once.
    atOnce: (given.atOnce as number | undefined) ?? (longestAlert(scenario) > 0 ? 15 : 3),
    confidence: given.confidence as number,
    trials: trials ?? 5,
    mostTrials: Math.max(mostTrials ?? 20, trials ?? 5),
  }
}

/** How long an alert may take by the scenario's own word, milliseconds; 0 where it says nothing. */
function longestAlert({ expect }: LoadedScenario): number {
  return Math.max(0, ...(expect?.alert ?? []).map(({ within = 0 }) => within))
}

/** @throws InputError when the scenario cannot be played with this value. */
function checkValue(scenario: LoadedScenario, parameter: Parameter, value: number, folder: string): void {
  const { stimulus, control, label } = parameter.at(value)
  for (const [side, { generator, with: parameters }] of Object.entries({ stimulus, control })) {
    const checked = generators.find(({ name }) => name === generator)?.parameters.safeParse(parameters)
    const issue = checked?.error?.issues[0]
    const where = issue === undefined ? '' : `${side}.${written(issue.path)}`
    if (issue) throw new InputError(`${parameter.name} cannot be ${value}: ${where}: ${issue.message}`)
    const [trial] = exampleTrials(scenario)
    if (trial)
      makeConversation({ ...trial, id: `${scenario.id} with ${label}`, generator, parameters }, generators, folder)
  }
}

function number(value: string): number {
  const parsed = value.trim() === '' ? Number.NaN : Number(value)
  if (!Number.isFinite(parsed)) throw new InvalidArgumentError('Give a number.')
  return parsed
}

function confidence(value: string): number {
  const parsed = number(value)
  if (!(parsed >= 0.5 && parsed <= 0.9999)) throw new InvalidArgumentError('Give a number from 0.5 to 0.9999.')
  return parsed
}

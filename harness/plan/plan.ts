import type { Identity } from '../../generators/identity.ts'
import { InputError } from '../errors.ts'
import type { LoadedScenario, ScenarioCase } from '../scenario/schema.ts'
import type { Campaign } from './campaign.ts'
import { identities } from './identities.ts'
import { random, shuffled } from './random.ts'
import type { Trial, TrialKind } from './trial.ts'

/** Trials that may be under way at the same time, because no two share an identity. */
export interface Wave {
  /** In the order in which they are played. */
  trials: Trial[]
  /** One before the first trial, one after every `sentinelEvery` trials, one after the last. */
  sentinels: Identity[]
  /** For whatever else must speak in this wave. */
  spare: Identity[]
}

/** Everything that a campaign will play. Plain JSON: it can be shown, saved and sent to another machine. */
export interface Plan {
  campaign: string
  seed: string
  subnet: string
  sentinelEvery: number
  /** Ids of the selected scenarios, sorted. */
  scenarios: string[]
  waves: Wave[]
  totals: { scenarios: number; cases: number; stimuli: number; controls: number; sentinels: number; waves: number }
}

export interface PlanOptions {
  seed: string
  /** IPv4 network that the addresses are taken from. */
  subnet: string
  /** Trials between two sentinels. */
  sentinelEvery?: number
  /** Further identities to set aside in every wave. */
  spare?: number
}

/** A campaign with more trials than this is a mistake. */
export const maximumTrials = 200_000

/**
 * Plans a campaign of scenarios that `select` has chosen. Pure: the same scenarios, campaign and options give the same plan.
 * @throws InputError when there is no scenario, or the campaign is too large, or the subnet too small
 */
export function plan(scenarios: readonly LoadedScenario[], campaign: Campaign, options: PlanOptions): Plan {
  const { seed, subnet, sentinelEvery = 250, spare = 8 } = options
  if (scenarios.length === 0) throw new InputError('the campaign has no scenario')
  const selected = scenarios.toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const cases = selected.reduce((sum, each) => sum + each.cases.length, 0)
  const count = cases * campaign.trials * 2
  if (count > maximumTrials) {
    throw new InputError(
      `the campaign has ${count} trials, the limit is ${maximumTrials}; select fewer scenarios or trials`,
    )
  }
  const { capacity, identity } = identities(subnet, seed)
  const perWave = trialsPerWave(capacity - spare, sentinelEvery)
  if (perWave < 1) {
    throw new InputError(
      `the subnet ${subnet} has ${capacity} pairs of addresses, too few for one trial; take a larger one`,
    )
  }

  const order = shuffled(
    selected.flatMap((each) => unidentified(each, campaign.trials)),
    random(`order ${seed}`),
  )
  const waves: Wave[] = []
  for (let start = 0; start < order.length; start += perWave) {
    const wave = waves.length
    const members = order.slice(start, start + perWave)
    const bells = Math.ceil(members.length / sentinelEvery) + 1
    const range = (from: number, length: number): Identity[] =>
      Array.from({ length }, (_, index) => identity(wave, from + index))
    waves.push({
      trials: members.map((trial, slot) => ({ ...trial, identity: identity(wave, slot) })),
      sentinels: range(members.length, bells),
      spare: range(members.length + bells, spare),
    })
  }
  return {
    campaign: campaign.name,
    seed,
    subnet,
    sentinelEvery,
    scenarios: selected.map((each) => each.id),
    waves,
    totals: {
      scenarios: selected.length,
      cases,
      stimuli: count / 2,
      controls: count / 2,
      sentinels: waves.reduce((sum, wave) => sum + wave.sentinels.length, 0),
      waves: waves.length,
    },
  }
}

/** How many trials fit beside their own sentinels. */
function trialsPerWave(identityCount: number, sentinelEvery: number): number {
  let trials = Math.floor(((identityCount - 1) * sentinelEvery) / (sentinelEvery + 1))
  while (trials > 0 && trials + Math.ceil(trials / sentinelEvery) + 1 > identityCount) trials -= 1
  return trials
}

function unidentified(scenario: LoadedScenario, trials: number): Omit<Trial, 'identity'>[] {
  const kinds: TrialKind[] = ['stimulus', 'control']
  return scenario.cases.flatMap((each) =>
    kinds.flatMap((kind) => Array.from({ length: trials }, (_, index) => trialOf(scenario, each, kind, index + 1))),
  )
}

function trialOf(
  { id: scenario, file }: LoadedScenario,
  each: ScenarioCase,
  kind: TrialKind,
  trial: number,
): Omit<Trial, 'identity'> {
  const played = each[kind]
  return {
    id: `${scenario}[${each.label}]/${kind}/${trial}`,
    scenario,
    file,
    case: each.label,
    kind,
    trial,
    generator: played.generator,
    parameters: played.with,
    expect: each.expect,
  }
}

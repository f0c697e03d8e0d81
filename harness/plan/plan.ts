import type { Identity } from '../../generators/identity.ts'
import { InputError } from '../errors.ts'
import type { LoadedScenario } from '../scenario/schema.ts'
import type { Campaign } from './campaign.ts'
import { familyOf } from './companions.ts'
import { identities } from './identities.ts'
import { random, shuffled } from './random.ts'
import type { Companion, Trial, TrialKind } from './trial.ts'
import { cutIntoWaves, type Draft, isTaught, sentinelsOf, slotsOfFamily } from './waves.ts'

/** Trials that may be under way at the same time, because no two share an identity. */
export interface Wave {
  /** Ordinary traffic that the stack learns from before the first trial; that of one trial in its order. */
  baseline: Companion[]
  /** In the order in which they are played. */
  trials: Trial[]
  /** Anomalies that were new, once more after the last trial. */
  repeats: Companion[]
  /** One at the start, one after the baseline, one after every `sentinelEvery` trials, one after the last repeat. */
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
  /** Addresses of the hosts whose ordinary traffic is learnt, the first and the last; null where no scenario has a baseline. */
  baselined: { first: string; last: string } | null
  totals: {
    scenarios: number
    cases: number
    stimuli: number
    controls: number
    /** Of the controls, those that have no anomaly beside them: legal traffic that must not alert. */
    mustNotAlert: number
    /** Conversations of ordinary traffic. */
    baseline: number
    repeats: number
    sentinels: number
    waves: number
  }
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
  const cases = casesOf(selected)
  const legal = campaign.trials * casesOf(selected.filter(({ kind }) => kind === 'must-not-alert'))
  const stimuli = campaign.trials * cases - legal
  const count = 2 * stimuli + legal
  if (count > maximumTrials) {
    throw new InputError(
      `the campaign has ${count} trials, the limit is ${maximumTrials}; select fewer scenarios or trials`,
    )
  }
  const { capacity, identity } = identities(subnet, seed)
  const order = shuffled(
    selected.flatMap((each) => drafts(each, campaign.trials)),
    random(`order ${seed}`),
  )
  const waves = cutIntoWaves(order, { capacity, spare, sentinelEvery, subnet }).map((members, wave) =>
    fill(members, { sentinelEvery, spare, identity: (slot) => identity(wave, slot) }),
  )
  const baseline = waves.reduce((sum, wave) => sum + wave.baseline.length, 0)
  const taught = order.filter(isTaught).length
  return {
    campaign: campaign.name,
    seed,
    subnet,
    sentinelEvery,
    scenarios: selected.map((each) => each.id),
    waves,
    baselined:
      taught === 0
        ? null
        : { first: identity(0, 0).client.ipv4, last: identity(0, taught * slotsOfFamily - 1).server.ipv4 },
    totals: {
      scenarios: selected.length,
      cases,
      stimuli,
      controls: stimuli + legal,
      mustNotAlert: legal,
      baseline,
      repeats: waves.reduce((sum, wave) => sum + wave.repeats.length, 0),
      sentinels: waves.reduce((sum, wave) => sum + wave.sentinels.length, 0),
      waves: waves.length,
    },
  }
}

function casesOf(scenarios: readonly LoadedScenario[]): number {
  return scenarios.reduce((sum, each) => sum + each.cases.length, 0)
}

interface Slots {
  sentinelEvery: number
  spare: number
  identity: (slot: number) => Identity
}

/** Gives the members of a wave their identities. Those with a baseline come first, so that their addresses are one range. */
function fill(members: readonly Draft[], { sentinelEvery, spare, identity }: Slots): Wave {
  let slot = 0
  const next = () => identity(slot++)
  const families = new Map(
    members
      .filter(isTaught)
      .map((draft) => [draft, familyOf(trialOf(draft, next()), draft.each, next().server)] as const),
  )
  const trials = members.map((draft) => families.get(draft)?.trial ?? trialOf(draft, next()))
  const inOrder = members.flatMap((draft) => families.get(draft) ?? [])
  return {
    baseline: inOrder.flatMap((family) => family.baseline),
    trials,
    repeats: inOrder.flatMap(({ repeat }) => repeat ?? []),
    sentinels: Array.from({ length: sentinelsOf(members, sentinelEvery) }, next),
    spare: Array.from({ length: spare }, next),
  }
}

function drafts(scenario: LoadedScenario, trials: number): Draft[] {
  const kinds: TrialKind[] = ['stimulus', 'control']
  return scenario.cases.flatMap((each) =>
    kinds.flatMap((kind) => {
      const played = each[kind]
      if (played === null) return []
      return Array.from({ length: trials }, (_, index) => ({ scenario, each, kind, played, trial: index + 1 }))
    }),
  )
}

/** Written out, for a campaign has many: objects that are put together from others take four times the memory. */
function trialOf({ scenario, each, kind, played, trial: number }: Draft, identity: Identity): Trial {
  const { id, file, knownDefects } = scenario
  const trial: Trial = {
    id: [id, '[', each.label, ']/', kind, '/', number].join(''),
    scenario: id,
    file,
    case: each.label,
    kind,
    trial: number,
    generator: played.generator,
    parameters: played.with,
    identity,
    expect: each.expect,
  }
  if (knownDefects !== undefined) trial.knownDefects = knownDefects
  return trial
}

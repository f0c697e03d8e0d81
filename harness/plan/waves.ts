import { InputError } from '../errors.ts'
import type { LoadedScenario, Play, ScenarioCase } from '../scenario/schema.ts'
import type { TrialKind } from './trial.ts'

/** A trial that has no identity yet. */
export interface Draft {
  scenario: LoadedScenario
  each: ScenarioCase
  kind: TrialKind
  played: Play
  /** Counts from 1 within scenario, case and kind. */
  trial: number
}

/** What a wave may hold. */
export interface Room {
  /** How many identities can be told apart at one time. */
  capacity: number
  /** Of those, set aside. */
  spare: number
  sentinelEvery: number
  /** Named in messages. */
  subnet: string
}

/** Identities of one trial with a baseline: its own, and one whose server is its third host. */
export const slotsOfFamily = 2

/** Whether the stack is to learn before the trial. */
export function isTaught({ each }: Draft): boolean {
  return each.baseline.length > 0
}

/** Sentinels of a wave: one more than stretches of trials, one after the baseline and one after the repeats. */
export function sentinelsOf(members: readonly Draft[], sentinelEvery: number): number {
  return bells(members.length, members.some(isTaught), sentinelEvery)
}

/**
 * Cuts trials into waves, keeping their order. All that need a baseline come into the first wave: later ones use the
 * same addresses again, and a host that was seen before is no longer new.
 * @throws InputError when they do not fit, or not even one trial does
 */
export function cutIntoWaves(order: readonly Draft[], room: Room): Draft[][] {
  const taught = order.filter(isTaught).length
  const perWave = othersThatFit(0, room)
  const { capacity, subnet } = room
  let others = othersThatFit(taught, room)
  if (taught > 0 && others < 0) {
    throw new InputError(
      `the subnet ${subnet} has ${capacity} pairs of addresses, too few for ${taught} trials with a baseline, which all need two that nobody had before; take a larger one, or fewer scenarios or trials`,
    )
  }
  if (perWave < 1) {
    throw new InputError(
      `the subnet ${subnet} has ${capacity} pairs of addresses, too few for one trial; take a larger one`,
    )
  }
  const isFirst = order.map((draft) => isTaught(draft) || others-- > 0)
  const waves = [order.filter((_, index) => isFirst[index])]
  const rest = order.filter((_, index) => !isFirst[index])
  for (let start = 0; start < rest.length; start += perWave) waves.push(rest.slice(start, start + perWave))
  return waves
}

/** How many trials without a baseline fit beside so many that have one, and their sentinels; -1 when not even those do. */
function othersThatFit(taught: number, { capacity, spare, sentinelEvery }: Room): number {
  const left = capacity - spare - taught * slotsOfFamily
  let others = Math.max(-1, Math.ceil((left * sentinelEvery) / (sentinelEvery + 1)))
  while (others >= 0 && others + bells(taught + others, taught > 0, sentinelEvery) > left) others -= 1
  return others
}

function bells(trials: number, hasBaseline: boolean, sentinelEvery: number): number {
  return Math.ceil(trials / sentinelEvery) + (hasBaseline ? 3 : 1)
}

import type { RecordedFrontier, RecordedTrial } from '../evidence/record.ts'
import type { FrontierPoint, FrontierSettings } from '../frontier/frontier.ts'
import type { Parameter } from '../frontier/parameter.ts'
import { type Answer, searchFrontier, type Wanted } from '../frontier/search.ts'
import type { Identity } from '../../generators/identity.ts'
import { identities } from '../plan/identities.ts'
import type { Wave } from '../plan/plan.ts'
import type { Trial, TrialKind } from '../plan/trial.ts'
import type { LoadedScenario } from '../scenario/schema.ts'
import { type CampaignOptions, type CampaignOutcome, onStage, type Stage } from './run-campaign.ts'

export interface FrontierOptions extends CampaignOptions {
  /** Of the one scenario of the campaign. */
  parameter: Parameter
  search: FrontierSettings
  /** Longest wait after each round for alerts that are still owed, milliseconds; 0 relies on the sentinels. */
  settleMs: number
  onRound: (points: readonly FrontierPoint[]) => void
}

/**
 * Searches for the value of a parameter at which the stack stops seeing a scenario: rounds of trials in one warm
 * sandbox, those of a round at the same time. The record holds every trial and what was found.
 * @throws as `runCampaign`
 */
export async function runFrontier(options: FrontierOptions): Promise<CampaignOutcome> {
  const { parameter, search, settleMs, onRound, scenarios } = options
  const scenario = scenarios[0]?.id ?? ''
  const verdicts = new Map<string, RecordedTrial['verdict']>()
  let found: RecordedFrontier | undefined
  const { record, ...rest } = await onStage(options, async (stage) => {
    const probes = new Probes(scenario, scenarios[0], parameter, newIdentities(stage.subnet, options.seed))
    const ask = async (wanted: readonly Wanted[]): Promise<Answer[]> => {
      const { wave, byValue } = probes.wave(wanted)
      await stage.play({ waves: [wave], sentinelEvery: wave.trials.length })
      if (settleMs > 0) await stage.heard(idsOf(wave.trials), settleMs)
      for (const { id, verdict } of stage.judged(idsOf(wave.trials))) verdicts.set(id, verdict)
      return [...byValue].map(([value, ids]) => answer(value, ids, stage))
    }
    const { name, usual } = parameter
    found = {
      scenario,
      parameter: name,
      usual,
      ...(await searchFrontier({ ...search, ask, onRound, signal: stage.signal })),
    }
  })
  const problems = [...record.run.problems, ...late(record.trials, verdicts)]
  return { record: { ...record, run: { ...record.run, ...(found ? { frontier: found } : {}), problems } }, ...rest }
}

/** Says so when the end of the campaign brought alerts that the search did not wait for. */
function late(trials: readonly RecordedTrial[], verdicts: ReadonlyMap<string, RecordedTrial['verdict']>): string[] {
  const changed = trials.filter(({ id, verdict }) => verdict === 'detected' && verdicts.get(id) !== 'detected')
  if (changed.length === 0) return []
  return [
    `${changed.length} of ${trials.length} trials were detected only after the search had counted them as not detected: the stack alerts late on this scenario. Search again with a longer --settle.`,
  ]
}

function answer(value: number, ids: readonly string[], stage: Stage): Answer {
  const decided = stage.judged(ids).filter(({ verdict }) => verdict !== 'inconclusive' && verdict !== 'not-applicable')
  return { value, detected: decided.filter(({ verdict }) => verdict === 'detected').length, decided: decided.length }
}

function idsOf(trials: readonly Trial[]): string[] {
  return trials.map(({ id }) => id)
}

/** Identities one after another, each once: probes of later rounds must not meet flows of earlier ones. */
function* newIdentities(subnet: string, seed: string): Generator<Identity, never> {
  const { capacity, identity } = identities(subnet, seed)
  for (let number = 0; ; number++) yield identity(Math.floor(number / capacity), number % capacity)
}

/** Makes the trials of each round. */
class Probes {
  readonly #scenario: string
  readonly #facts: Pick<Trial, 'file' | 'knownDefects'>
  readonly #parameter: Parameter
  readonly #identities: Generator<Identity, never>
  readonly #played = new Map<number, number>()

  constructor(
    scenario: string,
    loaded: LoadedScenario | undefined,
    parameter: Parameter,
    identities: Generator<Identity, never>,
  ) {
    this.#scenario = scenario
    this.#facts = {
      ...(loaded === undefined ? {} : { file: loaded.file }),
      ...(loaded?.knownDefects === undefined ? {} : { knownDefects: loaded.knownDefects }),
    }
    this.#parameter = parameter
    this.#identities = identities
  }

  /** The anomaly as often as wanted with each value, and its benign twin once, when a value is tried for the first time. */
  wave(wanted: readonly Wanted[]): { wave: Wave; byValue: Map<number, string[]> } {
    const byValue = new Map<number, string[]>()
    const trials = wanted.flatMap(({ value, trials: count }) => {
      const played = this.#played.get(value) ?? 0
      this.#played.set(value, played + count)
      const stimuli = Array.from({ length: count }, (_, index) => this.#trial(value, 'stimulus', played + index + 1))
      byValue.set(value, idsOf(stimuli))
      return played === 0 ? [...stimuli, this.#trial(value, 'control', 1)] : stimuli
    })
    const sentinels = [this.#next(), this.#next()]
    return { wave: { trials, sentinels, spare: [], baseline: [], repeats: [] }, byValue }
  }

  #trial(value: number, kind: TrialKind, trial: number): Trial {
    const { label, expect, ...plays } = this.#parameter.at(value)
    const { generator, with: parameters } = plays[kind]
    const id = `${this.#scenario}[${label}]/${kind}/${trial}`
    return {
      id,
      scenario: this.#scenario,
      ...this.#facts,
      case: label,
      kind,
      trial,
      generator,
      parameters,
      identity: this.#next(),
      expect,
    }
  }

  #next(): Identity {
    return this.#identities.next().value
  }
}

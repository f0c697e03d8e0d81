import type { CampaignRecord, RecordedObservation, RecordedTrial } from '../evidence/record.ts'
import type { Diagnosed } from './cause.ts'
import { causes } from './registry.ts'

/** Why a trial was not detected, as far as the record tells. */
export interface Finding {
  /** The name of the cause. */
  cause: string
  /** What the cause is, in a few words. */
  title: string
  /** One plain sentence, or two. */
  sentence: string
}

/** All that speaks for some cause, the likeliest first; nothing of a trial that was detected, and of benign twins. Pure. */
export function diagnose(given: Diagnosed): Finding[] {
  if (given.trial.kind !== 'stimulus' || given.trial.verdict === 'detected') return []
  return causes.flatMap(({ name, title, find }) => find(given).map((sentence) => ({ cause: name, title, sentence })))
}

/** The diagnoses of a whole record, each made when it is asked for. */
export class Diagnoses {
  readonly #record: CampaignRecord
  readonly #observations = new Map<string, RecordedObservation[]>()

  constructor(record: CampaignRecord) {
    this.#record = record
    for (const observation of record.gapObservations) {
      if (observation.trial === null) continue
      const known = this.#observations.get(observation.trial)
      if (known === undefined) this.#observations.set(observation.trial, [observation])
      else known.push(observation)
    }
  }

  /** @param tried what rules say of the trial's records, where they were evaluated again */
  of(trial: RecordedTrial, tried: Diagnosed['tried'] = []): Finding[] {
    const { run } = this.#record
    const scenario = run.scenarios.find(({ id }) => id === trial.scenario)
    if (scenario === undefined) return []
    return diagnose({ run, scenario, trial, observations: this.observationsOf(trial), tried })
  }

  /** What was recorded of the trial itself. */
  observationsOf({ id }: RecordedTrial): readonly RecordedObservation[] {
    return this.#observations.get(id) ?? []
  }
}

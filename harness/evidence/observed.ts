import { isProcessLayer } from '../monitors/observation.ts'
import type { Observations, Observed, RecordedObservation, RecordedTrial } from './record.ts'

/** Takes observations one by one and keeps of them what reports are made from. */
export class ObservationTally {
  readonly observed: Observed = { observationCount: 0, unattributedAlerts: 0, gapObservations: [] }
  readonly #gaps: ReadonlySet<string>

  constructor(trials: readonly Pick<RecordedTrial, 'id' | 'kind' | 'verdict'>[]) {
    const gaps = trials.filter(({ kind, verdict }) => kind === 'stimulus' && verdict !== 'detected')
    this.#gaps = new Set(gaps.map(({ id }) => id))
  }

  add(observation: RecordedObservation): void {
    const { kind, layer, trial, phase } = observation
    this.observed.observationCount++
    if (trial === null) {
      if (kind === 'alert') this.observed.unattributedAlerts++
    } else if (phase === undefined && this.#gaps.has(trial))
      this.observed.gapObservations.push(isProcessLayer(layer) ? observation : { ...observation, raw: {} })
  }

  /** Hands on what passes. */
  async *through(observations: Observations): AsyncGenerator<RecordedObservation> {
    for await (const observation of observations) {
      this.add(observation)
      yield observation
    }
  }
}

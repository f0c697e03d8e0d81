import type { RecordedAlert } from '../evidence/record.ts'
import { type Layer, layers as allLayers, type Observation } from '../monitors/observation.ts'
import type { AttributedObservation } from './expected-alert.ts'

/** Telemetry layers that some observations show, in the order of the layers. */
export function layersOf(seen: readonly AttributedObservation[]): Layer[] {
  const found = new Set(seen.map(({ observation }) => observation.layer))
  return allLayers.filter((layer) => found.has(layer))
}

/** An alert as it stands in the record. */
export function recordedAlert({ monitor, rule, event, at }: Observation): RecordedAlert {
  const product = rule && { product: rule.product }
  return { monitor, ...product, rule: rule?.id ?? event, name: rule?.name ?? event, at: new Date(at).toISOString() }
}

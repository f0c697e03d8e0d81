import type { Figures, LayerSight, ScenarioFigures } from '../harness/evidence/figures.ts'
import { isDecided } from '../harness/evidence/figures.ts'
import type { JoinFigures } from '../harness/evidence/join-figures.ts'
import { isProcessLayer, type Layer, layers } from '../harness/monitors/observation.ts'
import { listed } from './format.ts'

/** Whether a layer saw a scenario. `blind`: it should have; `not`: it need not have. */
export type SightState = 'saw' | 'part' | 'blind' | 'not' | 'none'

/** How a state is shown: a symbol and words. */
export const sightWords: Record<SightState, { symbol: string; words: string }> = {
  saw: { symbol: '●', words: 'saw it' },
  part: { symbol: '○', words: 'saw part of the trials' },
  blind: { symbol: '✕', words: 'should have seen it and did not' },
  not: { symbol: '·', words: 'did not see it and need not' },
  none: { symbol: '–', words: 'no monitor of this layer, or not decided' },
}

/** One scenario and the five layers, in the order of the layers. */
export interface LayerRow {
  id: string
  title: string
  clause: string
  figures: ScenarioFigures
  cells: { layer: Layer; state: SightState; symbol: string; words: string }[]
}

/** The matrix scenario by layer. */
export function layerMatrix({ scenarios }: Pick<Figures, 'scenarios'>): LayerRow[] {
  return scenarios.map((figures) => ({
    id: figures.scenario.id,
    title: figures.scenario.title,
    clause: figures.scenario.clause,
    figures,
    cells: figures.layers.map((sight) => {
      const state = stateOf(sight)
      return { layer: sight.layer, state, ...sightWords[state] }
    }),
  }))
}

/** What nobody knows where a layer sees nothing. */
const unknown: Record<Layer, string> = {
  flow: 'a flow',
  packet: 'anything of what was in the packets',
  stream: 'that packets belonged to no connection',
  process: 'which program ran',
  'process-network': 'which process opened the connection',
}

/**
 * The blind spots of the stack, in sentences. Of rogue processes all that concerns a process is one, also where the scenario
 * knows that it is hard to see; of other scenarios what they say should be seen.
 */
export function blindSpots({ scenarios, joins }: Pick<Figures, 'scenarios' | 'joins'>): string[] {
  const decided = scenarios.filter(isDecided)
  const clauses = [...new Set(decided.map(({ scenario }) => scenario.clause))]
  const found = layers.flatMap((layer) =>
    clauses.flatMap((clause) => {
      const asked = decided.filter(({ scenario }) => scenario.clause === clause && concerns(layer, scenario))
      const unseen = asked.filter((one) => sightOf(one, layer).seen === 0)
      if (unseen.length === 0) return []
      const isMonitored = sightOf(unseen[0] as ScenarioFigures, layer).monitored
      const whom = isMonitored ? 'No monitor' : `No monitor of the ${layer} layer is declared, so none`
      return [
        `${whom} recorded ${unknown[layer]} in ${unseen.length} of ${asked.length} ${clause} ${asked.length === 1 ? 'scenario' : 'scenarios'}${isMonitored ? `: ${names(unseen.map(({ scenario }) => scenario.id))}` : ''}.`,
      ]
    }),
  )
  return [...found, ...joins.flatMap(joinBlindSpots)]
}

function joinBlindSpots({ network, process, joined, scenarios }: JoinFigures): string[] {
  const ids = [...scenarios.impossible, ...scenarios.ambiguous, ...scenarios.mistaken]
  if (ids.length === 0) return []
  return [
    `What ${network} recorded of the connection did not lead to its process in ${process} in ${ids.length} of ${joined.n} scenarios that ask for it: ${names(ids)}.`,
  ]
}

const namesShown = 12

function names(ids: readonly string[]): string {
  const more = ids.length - namesShown
  return more <= 0 ? listed(ids) : `${ids.slice(0, namesShown).join(', ')} and ${more} more`
}

function concerns(layer: Layer, { clause, telemetry }: ScenarioFigures['scenario']): boolean {
  return telemetry.includes(layer) || (clause === 'rogue-process' && isProcessLayer(layer))
}

function sightOf({ layers: sights }: ScenarioFigures, layer: Layer): LayerSight {
  return sights.find((sight) => sight.layer === layer) as LayerSight
}

function stateOf({ monitored, seen, of, expected }: LayerSight): SightState {
  if (!monitored || of === 0) return 'none'
  if (seen === of) return 'saw'
  if (seen > 0) return 'part'
  return expected ? 'blind' : 'not'
}

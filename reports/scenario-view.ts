import type { ScenarioFigures } from '../harness/evidence/figures.ts'
import type { RecordedAlert, RecordedTrial } from '../harness/evidence/record.ts'

/** How many trials of an anomaly, and of its twin, are shown one by one; the rest are counted. */
export interface Shown {
  /** Of those without anything to look at. */
  quiet: number
  /** Of those that need attention. */
  loud: number
}

const onScreen: Shown = { quiet: 2, loud: 25 }

/** What a page shows of one scenario. */
export interface ScenarioView {
  figures: ScenarioFigures
  /** Fragment of the detail section; made of the position, so that no id in the record can break it. */
  anchor: string
  attention: boolean
  /** Different alerts of the stimulus trials, each once; of each trial the deciding one first. */
  alerts: Pick<RecordedAlert, 'rule' | 'name' | 'monitor' | 'product'>[]
  shown: RecordedTrial[]
  hidden: number
  repeated: boolean
}

/** Picks what is shown of a scenario. Long series of trials that all went as expected are cut short. */
export function scenarioView(figures: ScenarioFigures, index: number, most: Shown = onScreen): ScenarioView {
  const { stimuli, controls, met, outcome, twin } = figures
  const trials = [...stimuli, ...controls]
  const shown = [stimuli, controls].flatMap((list) => {
    let quiet = 0
    let loud = 0
    return list.filter(({ met }) => (met === true ? ++quiet <= most.quiet : ++loud <= most.loud))
  })
  return {
    figures,
    anchor: `scenario-${index + 1}`,
    attention: met === false || outcome === 'inconclusive' || twin === 'false-alarm' || twin === 'inconclusive',
    alerts: distinctAlerts(stimuli),
    shown,
    hidden: trials.length - shown.length,
    repeated: trials.some(({ trial }) => trial > 1),
  }
}

/** The different alerts of some trials. */
export function distinctAlerts(trials: readonly Pick<RecordedTrial, 'alerts'>[]): ScenarioView['alerts'] {
  const seen = new Map<string, ScenarioView['alerts'][number]>()
  for (const { rule, name, monitor, product } of trials.flatMap(({ alerts }) => alerts))
    seen.set(JSON.stringify([monitor, rule, name, product]), { rule, name, monitor, ...(product && { product }) })
  return [...seen.values()]
}

/** A trial's alerts, those of one rule and monitor told once: how often, and when first. */
export function alertsOnce({ alerts }: Pick<RecordedTrial, 'alerts'>): { alert: RecordedAlert; times: number }[] {
  const seen = new Map<string, { alert: RecordedAlert; times: number }>()
  for (const alert of alerts) {
    const key = JSON.stringify([alert.monitor, alert.rule, alert.name, alert.product])
    const known = seen.get(key)
    if (!known) seen.set(key, { alert, times: 1 })
    else seen.set(key, { alert: alert.at < known.alert.at ? alert : known.alert, times: known.times + 1 })
  }
  return [...seen.values()]
}

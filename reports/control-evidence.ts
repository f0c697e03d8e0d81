import { bearsOn } from '../harness/compliance/bears-on.ts'
import type { ControlMapping, ControlRow, FigureName } from '../harness/compliance/control-mapping.ts'
import { type Figures, figures, isDecided, type ScenarioFigures, share } from '../harness/evidence/figures.ts'
import type { CampaignRecord, Run } from '../harness/evidence/record.ts'
import { timeToDetect } from '../harness/evidence/time-to-detect.ts'
import { timeToDetectWords } from './account.ts'
import { rate, time } from './format.ts'

/** One figure that is evidence relevant to a control. */
export interface ControlFigure {
  name: FigureName
  /** In words, with its n; when it was not measured, why. */
  value: string
  measured: boolean
}

/** What a run has to say about one control. It never says that a control is met. */
export interface ControlEvidence {
  row: ControlRow
  /** `not assessed`: no scenario that bears on it was played and decided, or none of its figures is measured. */
  status: 'evidence' | 'not assessed'
  /** The scenarios that bear on it, and those of them that were decided. */
  scenarios: ScenarioFigures[]
  decided: number
  figures: ControlFigure[]
}

/** A framework with the evidence relevant to each of its controls. */
export interface FrameworkEvidence {
  mapping: ControlMapping
  controls: ControlEvidence[]
}

/** What stands above every table of controls. */
export const controlsNote =
  'Figures of this run that are evidence relevant to controls. Whether a control is satisfied is for an assessor to say: no figure here says so. Paraphrases are ours; the text of each framework is with its publisher.'

/** The evidence for every control of every mapping. Pure. */
export function controlEvidence(
  record: CampaignRecord,
  mappings: readonly ControlMapping[],
  exceptions: number | null = null,
): FrameworkEvidence[] {
  const { scenarios } = figures(record)
  return mappings.map((mapping) => ({
    mapping,
    controls: mapping.rows.map((row) => {
      const own = scenarios.filter(({ scenario }) => bearsOn(row.scenarios, scenario))
      const decided = own.filter(isDecided)
      const list = row.figures.map((name) => figureOf(name, own, record.run, exceptions))
      const assessed = decided.length > 0 && list.some(({ measured }) => measured)
      return {
        row,
        status: assessed ? 'evidence' : 'not assessed',
        scenarios: own,
        decided: decided.length,
        figures: list,
      }
    }),
  }))
}

type Measure = (own: readonly ScenarioFigures[], run: Run, exceptions: number | null) => string | { missing: string }

const measures: Record<FigureName, Measure> = {
  'detection-rate': (own) => {
    const decided = own.filter(isDecided)
    const measured = share(decided, ({ outcome }) => outcome === 'detected')
    return rateOf(measured, `scenarios detected${byOurs(decided.filter((one) => one.byOurs).length)}`)
  },
  'seen-rate': (own) =>
    rateOf(
      share(own.filter(isDecided), ({ outcome }) => outcome !== 'missed'),
      'scenarios alerted on or logged',
    ),
  'false-alarm-rate': (own) => {
    const twins = own.filter(({ twin }) => twin === 'quiet' || twin === 'false-alarm')
    const measured = share(twins, ({ twin }) => twin === 'false-alarm')
    return rateOf(measured, `benign twins raised a false alarm${byOurs(twins.filter((one) => one.twinByOurs).length)}`)
  },
  'time-to-detect': (own, run) => {
    const trials = own
      .filter(({ scenario }) => scenario.expected === 'detected')
      .flatMap(({ stimuli }) =>
        stimuli.filter(({ verdict }) => isDecided({ outcome: verdict as ScenarioFigures['outcome'] })),
      )
    const measured = timeToDetect(trials, run.campaign.windowMs)
    const words = timeToDetectWords({ timeToDetect: measured } as Figures)
    return measured.n === 0
      ? { missing: words.basis }
      : `median ${words.median}, ${words.lateName} ${words.late} (${words.basis})`
  },
  'correlated-rate': () => ({ missing: 'network alerts are not joined with processes in this record' }),
  'alert-fields': () => ({ missing: 'this record does not say how complete the fields of alerts are' }),
  'alert-delivery': () => ({ missing: 'alerts were read at the monitors; no queue, ticket or pager was watched' }),
  scope: (own) => `${own.filter(isDecided).length} of ${own.length} scenarios decided`,
  'pre-flight': (_, { sentinels, clock }) =>
    sentinels.length === 0
      ? { missing: 'no sentinel was played' }
      : `${sentinels.filter(({ alertAt }) => alertAt !== null).length} of ${sentinels.length} sentinels alerted; clock offset ${clock.offsetMs === null ? 'not measured' : time(clock.offsetMs)}`,
  regression: () => ({ missing: 'this run was not compared with another' }),
  exceptions: (_, __, open) =>
    open === null ? { missing: 'no register of exceptions was given' } : `${open} in force on the day of the run`,
  integrity: () => ({ missing: 'a report cannot show it; `tocsin verify` does' }),
  'evidence-age': (_, { startedAt }) => `played on ${startedAt.slice(0, 10)}`,
}

/** What rules that Tocsin brought along find says nothing of the stack's own. */
function byOurs(count: number): string {
  return count === 0 ? '' : `, ${count} of them by rules that Tocsin brought along`
}

function figureOf(
  name: FigureName,
  own: readonly ScenarioFigures[],
  run: Run,
  exceptions: number | null,
): ControlFigure {
  const value = measures[name](own, run, exceptions)
  return typeof value === 'string' ? { name, value, measured: true } : { name, value: value.missing, measured: false }
}

function rateOf(measured: ReturnType<typeof share>, what: string): string | { missing: string } {
  return measured.n === 0 ? { missing: 'no scenario was decided' } : `${rate(measured)} ${what}`
}

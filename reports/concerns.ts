import type { Figures, ScenarioFigures } from '../harness/evidence/figures.ts'
import type { RecordedTrial } from '../harness/evidence/record.ts'
import { isKnownGap } from './account.ts'
import { counted } from './format.ts'
import type { Verdict } from './verdict-words.ts'

/** One thing that a reader must look at: a scenario, or several with the same trouble. */
export interface Concern {
  verdict: Verdict
  /** True when it is the benign twins that show it. */
  twin: boolean
  scenarios: ScenarioFigures[]
  /** Of the first scenario. */
  reason: string
}

/** From this many scenarios on, the same verdict for the same reason is told once. */
const foldFrom = 4

const order: Verdict[] = ['missed', 'false-alarm', 'rule-defect', 'logged', 'partial', 'detected', 'inconclusive']

/** Scenarios and twins that need attention, the worst first: missed, false alarms, unknown defects of rules, below expectation, inconclusive. */
export function concerns({ scenarios, mustNotAlert }: Figures): Concern[] {
  const legal = mustNotAlert.flatMap((scenario) => {
    const { twin, controls } = scenario
    const loud = isUnnamedDefect(scenario) || twin === 'inconclusive'
    return loud && twin !== null ? [concern(scenario, twin, false, controls)] : []
  })
  const found = scenarios.flatMap((scenario): Concern[] => {
    const { outcome, met, twin, stimuli, controls } = scenario
    const list: Concern[] = []
    if (met === false || outcome === 'inconclusive') list.push(concern(scenario, outcome, false, stimuli))
    if (twin === 'false-alarm' || twin === 'inconclusive') list.push(concern(scenario, twin, true, controls))
    return list
  })
  const all = [...found, ...legal]
  return fold(order.flatMap((verdict) => all.filter((one) => one.verdict === verdict)))
}

/** True when a rule alerted on legal traffic and the scenario does not know it to. */
export function isUnnamedDefect({ controls }: Pick<ScenarioFigures, 'controls'>): boolean {
  return controls.some(({ verdict, met }) => verdict === 'rule-defect' && met === false)
}

/** Gaps that the scenarios themselves name beforehand, those that nothing at all was said of first. */
export function knownGaps({ scenarios }: Figures): Concern[] {
  const found = scenarios
    .filter(isKnownGap)
    .map((scenario) => concern(scenario, scenario.outcome, false, scenario.stimuli))
  return fold(order.flatMap((verdict) => found.filter((one) => one.verdict === verdict)))
}

function concern(
  scenario: ScenarioFigures,
  verdict: Verdict,
  twin: boolean,
  trials: readonly RecordedTrial[],
): Concern {
  const alike = trials.filter((trial) => trial.verdict === verdict)
  const trial = alike.find(({ met }) => met === false) ?? alike[0]
  const share = trials.length > 1 ? ` (${alike.length} of ${counted(trials.length, 'trial')})` : ''
  return {
    verdict,
    twin,
    scenarios: [scenario],
    reason: trial ? `${trial.reason}${share}` : 'No trial of it was played.',
  }
}

function fold(list: readonly Concern[]): Concern[] {
  // Numbers in a reason (frames, rules, times) do not make it another reason.
  const key = ({ verdict, twin, reason }: Concern) => JSON.stringify([verdict, twin, reason.replace(/\d+/g, '#')])
  const groups = new Map<string, Concern[]>()
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one])
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike
    return first && alike.length >= foldFrom
      ? [{ ...first, scenarios: alike.flatMap(({ scenarios }) => scenarios) }]
      : alike
  })
}

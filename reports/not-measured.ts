import type { Figures } from '../harness/evidence/figures.ts'
import type { CampaignRecord } from '../harness/evidence/record.ts'
import { counted, listed } from './format.ts'

/** What nobody may read out of the report, because it was not looked at. A sentence each. Pure. */
export function notMeasured({ run }: Pick<CampaignRecord, 'run'>, all: Figures): string[] {
  const { outcomes, layers, scenarios } = all
  const dark = layers.filter(({ monitored }) => !monitored).map(({ layer }) => layer)
  const left = run.population?.leftOut.reduce((sum, each) => sum + each.scenarios, 0) ?? 0
  return [
    ...(left > 0
      ? [`${counted(left, 'scenario')} of the library that ${left === 1 ? 'was' : 'were'} not selected.`]
      : []),
    ...(outcomes.inconclusive > 0
      ? [`${counted(outcomes.inconclusive, 'scenario')} that could not be decided: see the gaps for the reasons.`]
      : []),
    ...(outcomes['not-applicable'] > 0
      ? [`${counted(outcomes['not-applicable'], 'scenario')} for which no monitor of the layer is declared.`]
      : []),
    ...(dark.length > 0
      ? [
          `The ${dark.length === 1 ? 'layer' : 'layers'} ${listed(dark)}: no monitor of ${dark.length === 1 ? 'it' : 'them'} was read.`,
        ]
      : []),
    ...(scenarios.every(({ stimuli }) => stimuli.every(({ trial }) => trial === 1))
      ? ['Repeatability: each case was played once.']
      : []),
    'Whether an alert reaches a person, a queue or a ticket, and what they do with it: alerts were read at the monitors.',
    'False alarms on production traffic: only the benign twins were played.',
    'The stack under load, with packet loss, or on traffic that it cannot decrypt.',
  ]
}

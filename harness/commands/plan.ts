import { counted } from '../../reports/format.ts'
import type { CommandDefinition } from '../cli/command.ts'
import { table } from '../cli/table.ts'
import { wrap } from '../cli/wrap.ts'
import type { Campaign } from '../plan/campaign.ts'
import { type Plan, plan } from '../plan/plan.ts'
import { overdue } from './authorisation.ts'
import { legalTraffic } from '../cli/progress.ts'
import { checked, campaignOptions, readCampaign, readSelected, seedOf } from './inputs.ts'

export const planCommand: CommandDefinition = {
  arguments: { '[campaign]': 'campaign file (default: the whole library)' },
  options: [...campaignOptions, { flags: '--json', description: 'the whole plan as JSON, with every identity' }],
  examples: [
    ['plan', 'the default campaign'],
    ['plan --clause malformed --trials 5', 'one clause, five trials of each scenario'],
    ['plan scenarios/campaigns/default.yaml --seed 7 --json', 'a campaign file, for a program'],
  ],
  async run(context, options, [file]) {
    const { campaign } = readCampaign(context, file as string | undefined, options)
    const chosen = checked(context, options, readSelected(context, options, campaign.scenarios).scenarios)
    const planned = plan(chosen, campaign, { seed: seedOf(campaign), subnet: campaign.sandbox.subnet })
    if (options.json) {
      context.out(`${JSON.stringify(planned, null, 2)}\n`)
      return 0
    }
    const rows = chosen.map(({ id, clause, cases, title }) => [
      id,
      clause,
      String(cases.length * campaign.trials),
      title,
    ])
    const facts = factsOf(campaign, planned).map(
      ([name, text]) => `${name.padEnd(12)}${wrap(text, context.stdout, 12, 12)}\n`,
    )
    context.out(`${facts.join('')}\n${table(['scenario', 'clause', 'trials', 'title'], rows, context.stdout)}`)
    return 0
  },
}

function factsOf(campaign: Campaign, { totals, subnet, seed }: Plan): [string, string][] {
  const { authorisation, sandbox, monitors, window } = campaign
  const watchers = monitors.map(({ name, type }) => `${name} (${type})`)
  const waves = totals.waves === 1 ? 'one wave' : `${totals.waves} waves`
  const learn = campaign.learn === undefined ? 'until the stack has heard a sentinel' : `for ${campaign.learn / 1000} s`
  return [
    ['Campaign', `${campaign.name}: ${campaign.title}`],
    [
      'Plays',
      `${counted(totals.stimuli, 'anomaly', 'anomalies')} and ${counted(totals.controls - totals.mustNotAlert, 'benign twin')}${legalTraffic(totals.mustNotAlert)} of ${counted(totals.scenarios, 'scenario')}, in ${waves}, with ${counted(totals.sentinels, 'sentinel')}`,
    ],
    ...(totals.baseline > 0
      ? [
          [
            'Learns',
            `from ${counted(totals.baseline, 'conversation')} of ordinary traffic before the first trial, ${learn}; ${counted(totals.repeats, 'anomaly', 'anomalies')} ${totals.repeats === 1 ? 'comes' : 'come'} once more at the end`,
          ] satisfies [string, string],
        ]
      : []),
    [
      'On',
      sandbox.mirror === undefined
        ? `an internal network of the engine, ${subnet}; nothing leaves it`
        : `an internal network of the engine, ${subnet}; the interface ${sandbox.mirror} of the host gets a copy of every frame`,
    ],
    ['Watched by', `${watchers.join(', ') || 'the embedded Suricata'}; an alert counts within ${window / 1000} s`],
    ['Allowed by', authorisation ? authorisationText(authorisation) : 'nobody is named'],
    ['Seed', `${seed}${campaign.seed === undefined ? ' (random: the next one differs; --seed fixes it)' : ''}`],
  ]
}

function authorisationText(given: NonNullable<Campaign['authorisation']>): string {
  const isOver = overdue(given, Date.now()) ? ', which is over: a run is refused' : ''
  return `${given.by}, ${given.reference}, until ${given.validUntil}${isOver}`
}

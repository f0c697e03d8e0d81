import type { CommandDefinition } from '../cli/command.ts'
import { table } from '../cli/table.ts'
import { plan } from '../plan/plan.ts'
import { campaignOptions, readCampaign, readLibrary, seedOf } from './inputs.ts'

export const planCommand: CommandDefinition = {
  name: 'plan',
  description: 'Show what a campaign would do; nothing is sent',
  arguments: { '[campaign]': 'campaign file (default: the whole library)' },
  options: [...campaignOptions, { flags: '--json', description: 'the whole plan as JSON, with every identity' }],
  examples: [
    ['plan', 'the default campaign'],
    ['plan --clause malformed --trials 5', 'one clause, five trials each'],
  ],
  async run(context, options, [file]) {
    const { campaign } = readCampaign(context, file as string | undefined, options)
    const library = readLibrary(context, options)
    const planned = plan(library, campaign, { seed: seedOf(campaign), subnet: campaign.sandbox.subnet })
    if (options['json']) {
      context.out(`${JSON.stringify(planned, null, 2)}\n`)
      return 0
    }
    const { totals } = planned
    const watchers = campaign.monitors.map(({ name, type }) => `${name} (${type})`)
    const lines = [
      `Campaign ${campaign.name}: ${campaign.title}`,
      `Plays ${totals.stimuli} anomalies and ${totals.controls} benign twins of ${totals.scenarios} scenarios, in ${totals.waves === 1 ? 'one wave' : `${totals.waves} waves`}, with ${totals.sentinels} sentinels.`,
      `Sandbox: internal network ${planned.subnet}; nothing leaves it.`,
      `Watched by: ${watchers.join(', ') || 'the embedded Suricata'}; an alert counts within ${campaign.window / 1000} s.`,
      `Authorised by: ${campaign.authorisation ? `${campaign.authorisation.by}, ${campaign.authorisation.reference}, until ${campaign.authorisation.validUntil}` : 'nobody is named'}`,
      `Seed: ${planned.seed}${campaign.seed === undefined ? ' (random; a run takes another one)' : ''}`,
    ]
    const chosen = library.filter(({ id }) => planned.scenarios.includes(id))
    const rows = chosen.map(({ id, clause, cases, title }) => [id, clause, String(cases.length * campaign.trials), title])
    context.out(`${lines.join('\n')}\n\n${table(['scenario', 'clause', 'trials', 'title'], rows, context.stdout)}`)
    return 0
  },
}

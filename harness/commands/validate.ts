import type { CommandDefinition } from '../cli/command.ts'
import { parseCampaign } from '../plan/campaign.ts'
import { select } from '../plan/select.ts'
import { readSource } from '../scenario/source.ts'
import { libraryOption, readLibrary, scenarioFolder } from './inputs.ts'

export const validateCommand: CommandDefinition = {
  name: 'validate',
  description: 'Check scenario and campaign files; nothing is started',
  arguments: { '[campaigns...]': 'campaign files; their selection is checked against the scenarios' },
  options: [libraryOption],
  examples: [
    ['validate', 'the scenario library'],
    ['validate scenarios/campaigns/default.yaml', 'the library and a campaign'],
  ],
  async run(context, options, [campaigns]) {
    const library = readLibrary(context, options)
    const cases = library.reduce((sum, scenario) => sum + scenario.cases.length, 0)
    const folder = scenarioFolder(context, options)
    context.out(`${folder}: ${library.length} scenarios with ${cases} cases, all valid\n`)
    for (const file of (campaigns ?? []) as string[]) {
      const { campaign } = parseCampaign(readSource(file))
      const selected = select(library, campaign.scenarios)
      context.out(`${file}: valid; it selects ${selected.length} scenarios\n`)
    }
    return 0
  },
}

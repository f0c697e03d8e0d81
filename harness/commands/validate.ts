import { dirname, join, relative } from 'node:path'
import { generators } from '../../generators/registry.ts'
import { counted } from '../../reports/format.ts'
import type { CommandDefinition } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { InputError } from '../errors.ts'
import { checkMonitor } from '../monitors/registry.ts'
import { parseCampaign } from '../plan/campaign.ts'
import { select } from '../plan/select.ts'
import { type LoadedScenario, loadScenario } from '../scenario/load.ts'
import { contains, follow, readSource, type Source } from '../scenario/source.ts'
import { parseYaml } from '../scenario/yaml.ts'
import { checked, libraryOption, readLibrary, scenarioFolder } from './inputs.ts'

/** What was found good. */
type Valid =
  | { kind: 'library'; file: string; scenarios: number; cases: number }
  | { kind: 'scenario'; file: string; scenario: string; cases: number }
  | { kind: 'campaign'; file: string; campaign: string; scenarios: number }

export const validateCommand: CommandDefinition = {
  arguments: { '[files...]': 'scenario or campaign files (default: the whole scenario library)' },
  options: [libraryOption, { flags: '--json', description: 'what is valid as JSON' }],
  examples: [
    ['validate', 'the scenario library'],
    ['validate scenarios/campaigns/default.yaml', 'a campaign, with the scenarios that it selects'],
    ['validate scenarios/extraneous/tcp-null-scan.yaml --json', 'a scenario, for a program'],
  ],
  async run(context, options, [files]) {
    const given = (files ?? []) as string[]
    const valid: Valid[] = []
    const problems: InputError[] = []
    const attempt = (check: () => Valid) => {
      try {
        valid.push(check())
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        problems.push(error)
      }
    }
    const library = onceOnly(() => checked(context, options, readLibrary(context, options)))
    if (given.length === 0) attempt(() => wholeLibrary(scenarioFolder(context, options), library()))
    for (const file of given) attempt(() => checkFile(context, options, file, library))
    if (options.json) context.out(`${JSON.stringify(valid, null, 2)}\n`)
    else context.out(valid.map((each) => `${sentence(each)}\n`).join(''))
    // The library's own problems would come once for every campaign.
    const messages = [...new Set(problems.map(({ message }) => message))]
    if (messages.length > 0) throw new InputError(messages.join('\n'), { cause: problems[0] })
    return 0
  },
}

function wholeLibrary(file: string, scenarios: readonly LoadedScenario[]): Valid {
  return {
    kind: 'library',
    file,
    scenarios: scenarios.length,
    cases: scenarios.reduce((sum, each) => sum + each.cases.length, 0),
  }
}

function checkFile(
  context: Context,
  options: Record<string, unknown>,
  file: string,
  library: () => readonly LoadedScenario[],
): Valid {
  const source = readSource(file)
  if (isScenario(source)) {
    const { id, cases } = loadScenario(folderOf(context, options, file), file, generators)
    return { kind: 'scenario', file, scenario: id, cases: cases.length }
  }
  const { campaign } = parseCampaign(source)
  for (const monitor of campaign.monitors) checkMonitor(monitor)
  return { kind: 'campaign', file, campaign: campaign.name, scenarios: select(library(), campaign.scenarios).length }
}

/** No campaign has a stimulus, and no scenario goes without. */
function isScenario(source: Source): boolean {
  const { value } = parseYaml(source)
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'stimulus')
}

/** The folder that was named, else the library if the file lies in it, else the one above the file's clause folder. */
function folderOf(context: Context, options: Record<string, unknown>, file: string): string {
  const folder = scenarioFolder(context, options)
  if (options.scenarios !== undefined || contains(folder, follow(file))) return folder
  return relative(context.cwd, join(dirname(follow(file)), '..')) || '.'
}

function sentence(valid: Valid): string {
  switch (valid.kind) {
    case 'library':
      return `${valid.file}: ${counted(valid.scenarios, 'scenario')} with ${counted(valid.cases, 'case')}, all valid`
    case 'scenario':
      return `${valid.file}: valid scenario with ${counted(valid.cases, 'case')}`
    case 'campaign':
      return `${valid.file}: valid campaign; it selects ${counted(valid.scenarios, 'scenario')}`
    default:
      return valid satisfies never
  }
}

function onceOnly<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

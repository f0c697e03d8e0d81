import { dirname, join, relative } from 'node:path'
import { generators } from '../../generators/registry.ts'
import { counted } from '../../reports/format.ts'
import type { CommandDefinition } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { parseDeterminations } from '../compliance/determinations.ts'
import { parseExceptions } from '../compliance/exceptions.ts'
import { parseMapping } from '../compliance/load-mappings.ts'
import { InputError } from '../errors.ts'
import { checkMonitor } from '../monitors/registry.ts'
import { parseCampaign, parseMonitors } from '../plan/campaign.ts'
import { select } from '../plan/select.ts'
import { type LoadedScenario, loadLibrary, loadScenario } from '../scenario/load.ts'
import { contains, follow, readSource } from '../scenario/source.ts'
import { fileKind } from './file-kind.ts'
import { checked, libraryOption, readLibrary, scenarioFolder } from './inputs.ts'

/** What was found good. */
type Valid =
  | { kind: 'library'; file: string; scenarios: number; cases: number }
  | { kind: 'scenario'; file: string; scenario: string; cases: number }
  | { kind: 'campaign'; file: string; campaign: string; scenarios: number }
  | { kind: 'exceptions'; file: string; exceptions: number }
  | { kind: 'determinations'; file: string; run: string; determinations: number }
  | { kind: 'controls'; file: string; framework: string; controls: number }
  | { kind: 'monitors'; file: string; monitors: number }

export const validateCommand: CommandDefinition = {
  arguments: {
    '[files...]':
      'scenarios, campaigns, registers of exceptions, determinations, control mappings, lists of monitors (default: the whole scenario library)',
  },
  options: [libraryOption, { flags: '--json', description: 'what is valid as JSON' }],
  examples: [
    ['validate', 'the scenario library'],
    ['validate scenarios/campaigns/default.yaml', 'a campaign, with the scenarios that it selects'],
    ['validate exceptions.yaml scenarios/controls/nist-800-53.yaml', 'a register of exceptions, and a control mapping'],
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
    if (given.length === 0) attempt(() => wholeLibrary(scenarioFolder(context, options)))
    for (const file of given) attempt(() => checkFile(context, options, file, library))
    if (options.json) context.out(`${JSON.stringify(valid, null, 2)}\n`)
    else context.out(valid.map((each) => `${sentence(each)}\n`).join(''))
    // The library's own problems would come once for every campaign.
    const messages = [...new Set(problems.map(({ message }) => message))]
    if (messages.length > 0) throw new InputError(messages.join('\n'), { cause: problems[0] })
    return 0
  },
}

function wholeLibrary(file: string): Valid {
  const scenarios = loadLibrary(file, generators)
  const cases = scenarios.reduce((sum, each) => sum + each.cases.length, 0)
  return { kind: 'library', file, scenarios: scenarios.length, cases }
}

function checkFile(
  context: Context,
  options: Record<string, unknown>,
  file: string,
  library: () => readonly LoadedScenario[],
): Valid {
  const source = readSource(file)
  const kind = fileKind(source)
  switch (kind) {
    case 'scenario': {
      const { id, cases } = loadScenario(folderOf(context, options, file), file, generators)
      return { kind, file, scenario: id, cases: cases.length }
    }
    case 'campaign': {
      const { campaign } = parseCampaign(source)
      for (const monitor of campaign.monitors) checkMonitor(monitor)
      return { kind, file, campaign: campaign.name, scenarios: select(library(), campaign.scenarios).length }
    }
    case 'monitors': {
      const monitors = parseMonitors(source)
      for (const monitor of monitors) checkMonitor(monitor)
      return { kind, file, monitors: monitors.length }
    }
    case 'exceptions':
      return { kind, file, exceptions: parseExceptions(source).length }
    case 'determinations': {
      const { run, controls } = parseDeterminations(source)
      return { kind, file, run, determinations: controls.length }
    }
    case 'controls': {
      const { framework, rows } = parseMapping(source)
      return { kind, file, framework, controls: rows.length }
    }
    default:
      return kind satisfies never
  }
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
    case 'exceptions':
      return `${valid.file}: valid register of ${counted(valid.exceptions, 'exception')}; tocsin exceptions tells which hold`
    case 'determinations':
      return `${valid.file}: valid determinations of ${counted(valid.determinations, 'control')} for run ${valid.run}`
    case 'controls':
      return `${valid.file}: valid mapping of ${counted(valid.controls, 'control')}`
    case 'monitors':
      return `${valid.file}: valid list of ${counted(valid.monitors, 'monitor')}`
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

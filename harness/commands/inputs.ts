import { createHash, randomUUID } from 'node:crypto'
import { join, relative, resolve } from 'node:path'
import { generators } from '../../generators/network/registry.ts'
import { type CommandOption, repeatable, wholeNumber } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { InputError } from '../errors.ts'
import { type Campaign, type LoadedCampaign, parseCampaign } from '../plan/campaign.ts'
import { type LoadedScenario, loadLibrary } from '../scenario/load.ts'
import { suggestion } from '../scenario/nearest.ts'
import { clauses } from '../scenario/schema.ts'
import { readSource } from '../scenario/source.ts'

/** Where scenarios come from. */
export const libraryOption: CommandOption = {
  flags: '--scenarios <dir>',
  description: 'folder of scenario files instead of the library that comes with Tocsin',
}

/** Which of them. */
export const selectionOptions: readonly CommandOption[] = [
  libraryOption,
  { flags: '--only <ids>', description: 'only these scenarios; ids or globs, by comma or repeated', ...repeatable },
  { flags: '--clause <names>', description: `only these clauses: ${clauses.join(', ')}`, ...repeatable },
  { flags: '--technique <ids>', description: 'only these ATT&CK techniques', ...repeatable },
  { flags: '--exclude <ids>', description: 'not these scenarios', ...repeatable },
]

/** What a campaign does with them. */
export const campaignOptions: readonly CommandOption[] = [
  ...selectionOptions,
  { flags: '--trials <n>', description: 'trials of every scenario', parse: wholeNumber(1, 1000) },
  { flags: '--seed <text>', description: 'fixes order, markers and ports' },
]

/** The scenario folder, as the user would type it. */
export function scenarioFolder(context: Context, options: Record<string, unknown>): string {
  const given = options['scenarios'] as string | undefined
  return given ?? (relative(context.cwd, join(context.root, 'scenarios')) || '.')
}

/** Loads the scenario library that the options name. @throws InputError */
export function readLibrary(context: Context, options: Record<string, unknown>): LoadedScenario[] {
  return loadLibrary(scenarioFolder(context, options), generators)
}

/**
 * Loads the campaign file, or the default one, and applies the flags to it.
 * @throws InputError
 */
export function readCampaign(
  context: Context,
  file: string | undefined,
  options: Record<string, unknown>,
): LoadedCampaign {
  const path = file ?? relative(context.cwd, join(context.root, 'scenarios', 'campaigns', 'default.yaml'))
  const loaded = parseCampaign(readSource(path))
  const changed = overridden(loaded.campaign, options)
  const same = JSON.stringify(changed) === JSON.stringify(loaded.campaign)
  // A campaign changed by flags is not the file's any more: its digest covers what was really asked.
  const digest = same ? loaded.digest : createHash('sha256').update(JSON.stringify(changed)).digest('hex')
  return { ...loaded, campaign: changed, digest }
}

function overridden(campaign: Campaign, options: Record<string, unknown>): Campaign {
  const given = selectionOf(options)
  return {
    ...campaign,
    scenarios: { ...campaign.scenarios, ...given, exclude: [...campaign.scenarios.exclude, ...given.exclude] },
    ...(options['trials'] === undefined ? {} : { trials: options['trials'] as number }),
    ...(options['seed'] === undefined ? {} : { seed: options['seed'] as string }),
  }
}

/** The selection that `--only`, `--clause`, `--technique` and `--exclude` make. @throws InputError for an unknown clause. */
export function selectionOf(options: Record<string, unknown>): Campaign['scenarios'] {
  const list = (name: string) => options[name] as string[] | undefined
  const [only, clause, technique] = [list('only'), list('clause'), list('technique')]
  return {
    ...(only ? { ids: only } : {}),
    ...(clause ? { clauses: clause.map(checkedClause) } : {}),
    ...(technique ? { techniques: technique } : {}),
    exclude: list('exclude') ?? [],
  }
}

function checkedClause(given: string): (typeof clauses)[number] {
  const found = clauses.find((clause) => clause === given)
  if (!found) throw new InputError(`--clause: unknown clause "${given}"${suggestion(given, clauses)}`)
  return found
}

/** The campaign's own seed, or a random one. */
export function seedOf(campaign: Campaign): string {
  return campaign.seed ?? randomUUID().slice(0, 8)
}

/** A path that the user gave, absolute. */
export function userPath(context: Context, path: string): string {
  return resolve(context.cwd, path)
}

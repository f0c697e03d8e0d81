import { createHash, randomUUID } from 'node:crypto'
import { join, relative, resolve } from 'node:path'
import { generators } from '../../generators/registry.ts'
import { type CommandOption, repeatable, wholeNumber } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { InputError } from '../errors.ts'
import type { RecordedPopulation } from '../evidence/record.ts'
import { type Campaign, type LoadedCampaign, parseCampaign, parseMonitors } from '../plan/campaign.ts'
import { leftOut, mayBeOf, select, type SelectionNames } from '../plan/select.ts'
import { checkPackets, libraryIds, loadById, type LoadedScenario, loadLibrary } from '../scenario/load.ts'
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
  { flags: '--monitors <file>', description: "YAML list of your own monitors instead of the campaign's" },
  { flags: '--mirror <interface>', description: 'network interface of the host that gets a copy of every frame' },
]

/** The scenario folder, as the user would type it. */
export function scenarioFolder(context: Context, options: Record<string, unknown>): string {
  return (options.scenarios as string | undefined) ?? userTyped(context, 'scenarios')
}

/** Loads the scenario library that the options name, without making packets of it: see `checked`. @throws InputError */
export function readLibrary(context: Context, options: Record<string, unknown>): LoadedScenario[] {
  return loadLibrary(scenarioFolder(context, options), generators, 'parameters')
}

/** The scenario of an id that the user typed, looked at closely. @throws InputError, for an unknown one naming the nearest */
export function readScenario(context: Context, options: Record<string, unknown>, id: unknown): LoadedScenario {
  return loadById(scenarioFolder(context, options), String(id), generators)
}

/** Scenarios that a command is going to use, looked at closely. @throws InputError with a line for every problem */
export function checked<Some extends LoadedScenario | LoadedScenario[]>(
  context: Context,
  options: Record<string, unknown>,
  scenarios: Some,
): Some {
  checkPackets(scenarioFolder(context, options), [scenarios].flat(), generators)
  return scenarios
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
  const loaded = parseCampaign(readSource(file ?? userTyped(context, join('scenarios', 'campaigns', 'default.yaml'))))
  const changed = overridden(loaded.campaign, options)
  const same = JSON.stringify(changed) === JSON.stringify(loaded.campaign)
  // A campaign changed by flags is not the file's any more: its digest covers what was really asked.
  const digest = same ? loaded.digest : createHash('sha256').update(JSON.stringify(changed)).digest('hex')
  return {
    ...loaded,
    digest,
    campaign: options.seed === undefined ? changed : { ...changed, seed: options.seed as string },
  }
}

/** All flags but the seed, which the record names by itself: the same campaign with the same seed has the same digest. */
function overridden(campaign: Campaign, options: Record<string, unknown>): Campaign {
  const given = selectionOf(options)
  const { trials, monitors, mirror } = options as { trials?: number; monitors?: string; mirror?: string }
  const changed: Campaign = {
    ...campaign,
    scenarios: { ...campaign.scenarios, ...given, exclude: [...campaign.scenarios.exclude, ...given.exclude] },
    ...(trials === undefined ? {} : { trials }),
    ...(monitors === undefined ? {} : { monitors: parseMonitors(readSource(monitors)) }),
    ...(mirror === undefined ? {} : { sandbox: { ...campaign.sandbox, mirror: checkedInterface(mirror) } }),
  }
  return changed
}

function checkedInterface(given: string): string {
  // As the kernel has it: IFNAMSIZ less the closing zero.
  if (/^[^\s/]{1,15}$/.test(given)) return given
  throw new InputError(`--mirror: ${JSON.stringify(given)} is no name of a network interface; ip link shows them`)
}

/**
 * Loads the scenarios that the flags and the campaign select, without making packets of them: see `checked`.
 * @returns also out of how many, and why the others were left out
 * @throws InputError for what matches nothing, and for the files that had to be read
 */
export function readSelected(
  context: Context,
  options: Record<string, unknown>,
  selection: Campaign['scenarios'],
): { scenarios: LoadedScenario[]; population: RecordedPopulation } {
  const folder = scenarioFolder(context, options)
  const ids = libraryIds(folder)
  const read = loadLibrary(folder, generators, 'parameters', (id) => mayBeOf(selection, id))
  const names: SelectionNames = {
    ...(options.only === undefined ? {} : { ids: '--only' }),
    ...(options.technique === undefined ? {} : { techniques: '--technique' }),
    ...(options.clause === undefined ? {} : { clauses: '--clause' }),
    ...(options.exclude === undefined ? {} : { exclude: '--exclude' }),
  }
  return {
    scenarios: select(read, selection, { names, ids }),
    population: { scenarios: ids.length, leftOut: leftOut(read, selection, ids) },
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

/** A file or folder of the checkout, as the user would type it. */
function userTyped({ cwd, root }: Context, path: string): string {
  return relative(cwd, join(root, path)) || '.'
}

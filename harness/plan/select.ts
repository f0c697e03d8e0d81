import { InputError } from '../errors.ts'
import { suggestion } from '../scenario/nearest.ts'
import type { LoadedScenario } from '../scenario/schema.ts'
import type { Campaign } from './campaign.ts'

/** What messages call the lists of a selection, where they do not come from a campaign file: `--only`. */
export type SelectionNames = Partial<Record<keyof Campaign['scenarios'], string>>

/** Whether a scenario may be selected, as far as its id alone can tell; where more is asked for, it says yes. */
export function mayBeOf({ ids, clauses, techniques }: Campaign['scenarios'], id: string): boolean {
  return clauses !== undefined || techniques !== undefined || lets(ids, [id])
}

/**
 * The scenarios that a campaign asks for, sorted by id. Every given list must match, and within a list any entry.
 * @param ids of the whole library, where `scenarios` are only those that may be of the selection
 * @throws InputError naming every pattern that matches nothing, or saying that nothing is left
 */
export function select(
  scenarios: readonly LoadedScenario[],
  selection: Campaign['scenarios'],
  { names = {}, ids = scenarios.map(({ id }) => id) }: { names?: SelectionNames; ids?: readonly string[] } = {},
): LoadedScenario[] {
  const lists: {
    name: keyof Campaign['scenarios']
    patterns: readonly string[]
    /** All texts that there are. */
    known: readonly string[]
    of: (each: LoadedScenario) => string[]
  }[] = [
    { name: 'ids', patterns: selection.ids ?? [], known: ids, of: (each) => [each.id] },
    {
      name: 'clauses',
      patterns: selection.clauses ?? [],
      known: scenarios.map(({ clause }) => clause),
      of: (each) => [each.clause],
    },
    {
      name: 'techniques',
      patterns: selection.techniques ?? [],
      known: scenarios.flatMap(techniquesOf),
      of: (each) => techniquesOf(each),
    },
    { name: 'exclude', patterns: selection.exclude, known: ids, of: (each) => [each.id] },
  ]
  const unmatched = lists.flatMap(({ name, patterns, known }) =>
    patterns
      .filter((pattern) => !known.some((text) => matches(pattern, text)))
      .map((pattern) => {
        const near = known === ids ? didYouMean(pattern, ids) : ''
        return `${names[name] ?? `scenarios.${name}`}: "${pattern}" matches no scenario${near}`
      }),
  )
  if (unmatched.length > 0) throw new InputError(unmatched.join('\n'))

  const chosen = scenarios.filter((each) =>
    lists.every(({ name, patterns, of }) => {
      const hit = of(each).some((text) => patterns.some((pattern) => matches(pattern, text)))
      return name === 'exclude' ? !hit : patterns.length === 0 || hit
    }),
  )
  if (chosen.length === 0) {
    throw new InputError('scenarios: each pattern matches something, but no scenario is left; loosen the selection')
  }
  return chosen.sort((a, b) => (a.id < b.id ? -1 : 1))
}

/**
 * How many scenarios a selection leaves out, each under the first list that does not let it in. Pure.
 * @param all ids of the whole library, where `scenarios` are only those that may be of the selection
 */
export function leftOut(
  scenarios: readonly LoadedScenario[],
  selection: Campaign['scenarios'],
  all: readonly string[] = scenarios.map(({ id }) => id),
): { reason: string; scenarios: number }[] {
  const { ids, clauses, techniques, exclude } = selection
  const others = all.filter((id) => !lets(ids, [id])).length
  const reasons: [string, (each: LoadedScenario) => boolean][] = [
    [`of another clause than asked for: ${clauses?.join(', ')}`, (each) => !lets(clauses, [each.clause])],
    [`of another technique than asked for: ${techniques?.join(', ')}`, (each) => !lets(techniques, techniquesOf(each))],
    [`left out by name: ${exclude.join(', ')}`, (each) => exclude.length > 0 && lets(exclude, [each.id])],
  ]
  let rest = scenarios.filter(({ id }) => lets(ids, [id]))
  const counted = reasons.flatMap(([reason, isOut]) => {
    const before = rest.length
    rest = rest.filter((each) => !isOut(each))
    return before > rest.length ? [{ reason, scenarios: before - rest.length }] : []
  })
  return others === 0
    ? counted
    : [{ reason: `not among the ids asked for: ${ids?.join(', ')}`, scenarios: others }, ...counted]
}

/** Whether one of the texts matches one of the patterns; a list that is absent or empty lets everything in. */
function lets(patterns: readonly string[] | undefined, texts: readonly string[]): boolean {
  return (patterns ?? []).length === 0 || texts.some((text) => patterns?.some((pattern) => matches(pattern, text)))
}

/** Whether a whole text matches a pattern; `*` is any number of characters, `?` is one. Never slower than their product. */
export function matches(pattern: string, text: string): boolean {
  let inPattern = 0
  let inText = 0
  let star = -1
  let restart = 0
  while (inText < text.length) {
    const wanted = pattern[inPattern]
    if (wanted === '*') {
      star = inPattern
      inPattern += 1
      restart = inText
    } else if (wanted === '?' || wanted === text[inText]) {
      inPattern += 1
      inText += 1
    } else if (star >= 0) {
      restart += 1
      inPattern = star + 1
      inText = restart
    } else {
      return false
    }
  }
  return /^\**$/.test(pattern.slice(inPattern))
}

/** A technique counts as its parent too: T1595.002 is a T1595. */
function techniquesOf(scenario: LoadedScenario): string[] {
  return scenario.attack.techniques.flatMap((technique) => [technique, technique.split('.')[0] ?? technique])
}

function didYouMean(pattern: string, known: readonly string[]): string {
  const text = /[*?]/.test(pattern) ? '' : suggestion(pattern, known)
  return text.startsWith('; did') ? text : ''
}

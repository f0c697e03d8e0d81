import type { CampaignRecord, RecordedTrial } from '../harness/evidence/record.ts'
import { mustNotAlert } from '../harness/evidence/summary.ts'
import { counted } from './format.ts'
import { verdictWords } from './verdict-words.ts'

/** A count with what it counts. */
export type Count = readonly [what: string, count: number]

/** What was there, what of it was chosen, played and decided, so that every sum can be checked. */
export interface Population {
  /** From the library down to what was played. */
  scenarios: Count[]
  /** Trials by verdict, for anomalies, benign twins, and legal traffic that must not alert. */
  trials: { kind: string; counts: Count[]; sum: number }[]
  /** Sums in words: `765 in the library = 765 selected + 0 left out`. */
  sums: string[]
  /** How the scenarios were chosen, in one sentence. */
  choice: string
}

/** Counts a record's population. Pure. */
export function population({ run, trials }: CampaignRecord): Population {
  const legal = new Set(run.scenarios.filter(mustNotAlert).map(({ id }) => id))
  const played = new Set(trials.filter(({ sentAt }) => sentAt !== null).map(({ scenario }) => scenario))
  const selected = run.scenarios.length
  const out = run.population?.leftOut ?? []
  const outSum = out.reduce((sum, each) => sum + each.scenarios, 0)
  const unplayed = new Map<string, number>()
  for (const { id } of run.scenarios) {
    if (played.has(id)) continue
    const reason = trials.find(({ scenario }) => scenario === id)?.reason ?? 'no trial of it was begun'
    unplayed.set(reason, (unplayed.get(reason) ?? 0) + 1)
  }
  const groups: [string, RecordedTrial[]][] = [
    ['anomalies', trials.filter(({ kind }) => kind === 'stimulus')],
    ['benign twins', trials.filter(({ kind, scenario }) => kind === 'control' && !legal.has(scenario))],
    ['legal traffic that must not alert', trials.filter(({ scenario }) => legal.has(scenario))],
  ]
  const counts = groups
    .filter(([, list]) => list.length > 0)
    .map(([kind, list]) => ({ kind, counts: byVerdict(list), sum: list.length }))
  const notPlayed = selected - played.size
  return {
    scenarios: [
      ...(run.population ? [['scenarios in the library', run.population.scenarios] as const] : []),
      ...out.map(({ reason, scenarios }) => [`left out: ${reason}`, scenarios] as const),
      ['selected', selected],
      ['of these, anomalies with a benign twin', selected - legal.size],
      ['of these, legal traffic that must not alert', legal.size],
      ['played', played.size],
      ...[...unplayed].map(([reason, count]) => [`not played: ${reason}`, count] as const),
    ],
    trials: counts,
    sums: [
      ...(run.population
        ? [`${run.population.scenarios} in the library = ${selected} selected + ${outSum} left out`]
        : []),
      `${selected} selected = ${played.size} played + ${notPlayed} not played`,
      ...counts.map(
        ({ kind, counts, sum }) =>
          `${counted(sum, 'trial')} of ${kind} = ${counts.map(([what, count]) => `${count} ${what.toLowerCase()}`).join(' + ')}`,
      ),
    ],
    choice:
      run.population === undefined
        ? 'The record does not say what the scenarios were chosen from.'
        : out.length === 0
          ? 'All scenarios of the library were selected: nothing was left out.'
          : 'The scenarios were chosen by whoever ran the campaign, by the names and kinds below: a judgmental sample, not a random one.',
  }
}

function byVerdict(trials: readonly RecordedTrial[]): Count[] {
  const found = new Map<RecordedTrial['verdict'], number>()
  for (const { verdict } of trials) found.set(verdict, (found.get(verdict) ?? 0) + 1)
  return (Object.keys(verdictWords) as RecordedTrial['verdict'][]).flatMap((verdict) => {
    const count = found.get(verdict)
    return count === undefined ? [] : [[verdictWords[verdict].word, count] as const]
  })
}

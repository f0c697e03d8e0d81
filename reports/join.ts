import type { JoinOutcome } from '../harness/correlation/join.ts'
import { type JoinFigures, joinFigures } from '../harness/evidence/join-figures.ts'
import type { CampaignRecord, RecordedTrial } from '../harness/evidence/record.ts'
import { counted, listed, rate } from './format.ts'

/** The outcomes of a join in words. */
export const joinWords: Record<JoinOutcome, { word: string; symbol: string; meaning: string }> = {
  joined: { word: 'Joined', symbol: '✓', meaning: 'what was recorded of the connection leads to its process' },
  ambiguous: { word: 'Ambiguous', symbol: '◐', meaning: 'several processes fit, or one that differs in a key' },
  impossible: { word: 'Impossible', symbol: '✕', meaning: 'no record of a process fits' },
  mistaken: { word: 'Mistaken', symbol: '!', meaning: 'the records lead to a process that did not do it' },
  inconclusive: { word: 'Inconclusive', symbol: '?', meaning: 'one of the monitors was not shown to be listening' },
}

/** The order of the columns of `rows`. */
export const joinColumns = ['Scenario', 'Trial', 'Outcome', 'Keys', 'Process', 'What was found'] as const

/** What a report shows of the joins: for each pair of monitors the rate, and each trial that was not joined. */
export interface JoinView {
  /** `embedded-suricata with embedded-audit` */
  title: string
  network: string
  process: string
  /** `70 of 70 (100%; 95% interval 94.8% to 100%)`, or `not measured`. */
  rate: string
  figures: JoinFigures
  /** By which keys the joined trials were joined, the most frequent first: `65 by destination address, ...`. */
  keys: string[]
  /** Trials that were not joined, in the columns of `joinColumns`. */
  rows: string[][]
}

/** What stands above the joins. */
export const joinNote =
  'Whether somebody who has nothing but the records of the monitors can tell which process is behind a connection: by addresses, ports, protocol and time. A joined trial is checked against what the witness saw of the process.'

/** The joins of a campaign, one view for each pair of monitors; empty where no scenario asks for one. Pure. */
export function joinView({ run, trials }: CampaignRecord): JoinView[] {
  const titles = new Map(run.scenarios.map(({ id, title }) => [id, title]))
  return joinFigures(trials).map((figures) => {
    const { network, process } = figures
    const all = trials.flatMap((trial) =>
      (trial.joins ?? []).flatMap((join) =>
        join.network === network && join.process === process ? [{ trial, join }] : [],
      ),
    )
    const byKeys = new Map<string, number>()
    for (const { join } of all)
      if (join.outcome === 'joined') byKeys.set(listed(join.keys), (byKeys.get(listed(join.keys)) ?? 0) + 1)
    return {
      title: `${network} with ${process}`,
      network,
      process,
      rate: rate(figures.joined),
      figures,
      keys: [...byKeys]
        .sort(([, one], [, other]) => other - one)
        .map(([keys, count]) => `${counted(count, 'trial')} by ${keys}`),
      rows: all
        .filter(({ join }) => join.outcome !== 'joined')
        .map(({ trial, join }) => [
          titles.get(trial.scenario) ?? trial.scenario,
          [trial.case, `trial ${trial.trial}`].filter(Boolean).join(', '),
          joinWords[join.outcome].word,
          listed(join.keys) || 'none',
          join.candidates.map(({ executable, pid }) => `${executable} (${pid})`).join(', ') || 'none',
          join.reason,
        ]),
    }
  })
}

/** What came of the joins of one trial, a sentence for each pair of monitors. */
export function trialJoinWords({ joins = [] }: Pick<RecordedTrial, 'joins'>): string[] {
  return joins.map(
    ({ network, process, outcome, reason }) =>
      `${network} with ${process}: ${joinWords[outcome].word.toLowerCase()}. ${reason}`,
  )
}

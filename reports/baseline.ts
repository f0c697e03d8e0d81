import type { CampaignRecord, RecordedPhase, RecordedTrial } from '../harness/evidence/record.ts'
import { counted, listed, time } from './format.ts'

/** The trials of a record that what they play is new in, with what came of each. */
export interface Again {
  silent: number
  alerted: number
  inconclusive: number
}

/** How often an anomaly that had been detected as new was silent when played once more. */
export function playedAgain({ trials }: Pick<CampaignRecord, 'trials'>): Again {
  const again: Again = { silent: 0, alerted: 0, inconclusive: 0 }
  for (const { verdict, repeat } of trials) if (repeat && verdict === 'detected') again[repeat.outcome] += 1
  return again
}

/** What was played for the stack to learn from, and what it learnt, in a few sentences; null where nothing was. */
export function baselineWords(record: CampaignRecord): string | null {
  const { baseline } = record.run
  if (!baseline) return null
  const { conversations, frames, found, learnMs } = baseline
  const scenarios = record.run.scenarios.filter(({ baseline: own }) => own !== undefined).length
  const waited =
    learnMs === null
      ? 'The trials began when the stack had heard a sentinel after it.'
      : `The stack then had ${time(learnMs)} to learn.`
  return `For ${counted(scenarios, 'scenario')} whose anomaly is one because it is new, the stack was first given ${counted(conversations.length, 'conversation')} of ordinary traffic; the witness saw ${found} of ${counted(frames, 'frame')}. ${waited} A trial whose ordinary traffic is not proven is inconclusive. What the stack said while it learnt is in the record and counts for nothing. ${againWords(record)}`
}

/** Whether the stack found new what it had seen, in one sentence. */
export function againWords(record: Pick<CampaignRecord, 'trials'>): string {
  const { silent, alerted, inconclusive } = playedAgain(record)
  const all = silent + alerted + inconclusive
  if (all === 0) return 'No anomaly that was new was detected.'
  const others = [
    alerted > 0 ? `${alerted} raised it again` : '',
    inconclusive > 0 ? `of ${inconclusive} it cannot be said` : '',
  ].filter(Boolean)
  return `Of ${counted(all, 'anomaly', 'anomalies')} detected as new, ${silent} raised no expected alert when played once more${others.length > 0 ? `; ${listed(others)}` : ': the stack had learnt them'}.`
}

/** What came of the ordinary traffic before one trial; null where it has none. */
export function taughtWords({ baseline }: Pick<RecordedTrial, 'baseline'>): string | null {
  if (!baseline) return null
  const { conversations, frames, found } = baseline
  return `Learnt first: ${counted(conversations, 'conversation')}, ${found} of ${counted(frames, 'frame')} proven; ${rulesOf(baseline)} meanwhile.`
}

/** What came of the anomaly played once more; null where it was not. */
export function repeatWords({ repeat }: Pick<RecordedTrial, 'repeat'>): string | null {
  return repeat ? `Once more: ${repeat.outcome}. ${repeat.reason}` : null
}

function rulesOf({ alerts }: RecordedPhase): string {
  const rules = [...new Set(alerts.map(({ rule }) => rule))].sort()
  return rules.length === 0 ? 'no alert' : `${rules.length === 1 ? 'alert' : 'alerts'} ${listed(rules)}`
}

import { stripVTControlCharacters } from 'node:util'
import { counted } from '../../reports/format.ts'
import type { CampaignEvent } from '../campaign/events.ts'
import type { Trial } from '../plan/trial.ts'

/** Shows a campaign while it is prepared, played and written down. */
export interface LiveProgress {
  onEvent: (event: CampaignEvent) => void
  /** A message that stays. */
  line: (text: string) => void
  /** What is going on now, and the newest line of it. */
  status: (text: string, detail?: string) => void
  /** Takes away what changes, so that the results can follow. */
  end: () => void
}

/** What is to be played, for the board: the trials of each clause. */
export interface ClauseShare {
  name: string
  /** Scenario ids. */
  scenarios: ReadonlySet<string>
  trials: number
  anomalies: number
}

/** A trial as messages name it: `tcp-fin-scan (port=22)`. */
export function trialName({ scenario, case: cell }: Pick<Trial, 'scenario' | 'case'>): string {
  return cell ? `${scenario} (${cell})` : scenario
}

/** What a campaign consists of, in words. */
export function plannedWords(event: Extract<CampaignEvent, { type: 'planned' }>): string {
  const anomalies = counted(event.stimuli, 'anomaly', 'anomalies')
  const twins = counted(event.controls - event.mustNotAlert, 'benign twin')
  return `${anomalies} and ${twins}${legalTraffic(event.mustNotAlert)} of ${counted(event.scenarios, 'scenario')}, seed ${event.seed}`
}

/** How much legal traffic that must not alert goes with the rest; empty for none. */
export function legalTraffic(trials: number): string {
  return trials === 0 ? '' : `, and ${counted(trials, 'piece')} of legal traffic that must not alert,`
}

/** What was going on with a sentinel, in words. */
export const sentinelWords = {
  alerted: 'the stack is listening',
  logged: 'the stack sees it but raises no alert',
  silent: 'the stack did not notice it',
}

/** What others wrote, without what would steer a terminal, in one line. */
export function oneLine(text: string): string {
  return plain(text).replaceAll('\n', ' ')
}

/** What others wrote, without what would steer a terminal. Lines stay lines. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\n]+/gu, ' ')
}

import type { RecordedTrial, Run } from '../harness/evidence/record.ts'
import { counted } from './format.ts'

const words = { shown: 'showed it', 'not-shown': 'did not show it', inconclusive: 'could not be looked at' } as const

/** What the console of the stack showed, in one sentence; nothing where none was looked at. */
export function consoleWords(console: Run['console']): string[] {
  if (!console) return []
  const { name, url, shown, notShown, inconclusive, skipped } = console
  const sought = shown + notShown + inconclusive
  return [
    `The console ${name} at ${url} was searched for ${counted(sought, 'anomaly', 'anomalies')} after they had been played: it showed ${shown}, did not show ${notShown}, and could not be looked at for ${inconclusive}${skipped > 0 ? `; ${skipped} more were not looked for` : ''}. That is evidence beside the verdicts and decides none of them.`,
  ]
}

/** What the console showed of one trial: `console soc showed it`. */
export function sightingWords({ console }: Pick<RecordedTrial, 'console'>): string | null {
  return console ? `console ${console.name} ${words[console.outcome]}` : null
}

import type { RecordedTrial } from '../harness/evidence/record.ts'

export type Verdict = RecordedTrial['verdict']

/** How a verdict is shown: a word, a symbol (so that nothing hangs on colour), and what it means. */
export const verdictWords: Record<Verdict, { word: string; symbol: string; meaning: string }> = {
  detected: { word: 'Detected', symbol: '✓', meaning: 'an expected alert came within the window' },
  partial: {
    word: 'Partial',
    symbol: '◐',
    meaning: 'an alert came, but another one than expected, too late, or without a required field',
  },
  logged: { word: 'Logged only', symbol: '≡', meaning: 'no alert, but the stack kept telemetry of it' },
  missed: {
    word: 'Missed',
    symbol: '✕',
    meaning: 'proven on the wire, the stack was listening, and it said nothing at all',
  },
  inconclusive: {
    word: 'Inconclusive',
    symbol: '?',
    meaning: 'not proven, or the stack was not shown to be listening',
  },
  'not-applicable': { word: 'Not applicable', symbol: '–', meaning: 'no monitor of the expected layer is declared' },
  quiet: { word: 'Quiet', symbol: '✓', meaning: 'the benign twin raised no alarm' },
  'false-alarm': { word: 'False alarm', symbol: '!', meaning: 'the benign twin raised an alarm' },
  'rule-defect': { word: 'Rule defect', symbol: '!', meaning: 'a rule alerted on traffic that is legal' },
}

/** What a case or trial is called where a scenario has several: `port=22, trial 2`. */
export function trialName(trial: Pick<RecordedTrial, 'case' | 'trial' | 'kind'>, repeated: boolean): string {
  const parts = [trial.case, repeated ? `trial ${trial.trial}` : ''].filter(Boolean)
  return parts.join(', ')
}

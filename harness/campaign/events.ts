import type { RecordedTrial, Run } from '../evidence/record.ts'
import type { Observation } from '../monitors/observation.ts'
import type { Trial } from '../plan/trial.ts'

/** What a campaign tells while it runs, for whoever shows it. */
export type CampaignEvent =
  | { type: 'stage'; text: string }
  /** What is played, where it is not the trials. */
  | { type: 'phase'; text: string }
  | { type: 'planned'; scenarios: number; stimuli: number; controls: number; mustNotAlert: number; seed: string }
  | { type: 'sentinel'; name: string; outcome: 'alerted' | 'logged' | 'silent' }
  | { type: 'played'; trial: Trial; done: number; of: number }
  | { type: 'alert'; trial: Trial; observation: Observation; latencyMs: number | null }
  | { type: 'problem'; text: string }
  | { type: 'judged'; trial: RecordedTrial }
  | { type: 'ended'; run: Run }

export type EventSink = (event: CampaignEvent) => void

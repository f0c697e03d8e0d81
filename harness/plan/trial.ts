import type { Identity } from '../../generators/identity.ts'
import type { Expectation, KnownDefects } from '../scenario/schema.ts'

export type TrialKind = 'stimulus' | 'control'

/** One playing of one scenario case. A plain value: it can be written down and played on another machine. */
export interface Trial {
  /** `<scenario>[<case>]/<kind>/<trial>`; unique in the campaign. */
  id: string
  scenario: string
  /** Path of its scenario in the scenario folder; absent where there is no file, and so none beside it. */
  file?: string
  /** Which cell of the scenario's matrix, `port=22`; empty where the scenario has none. */
  case: string
  kind: TrialKind
  /** Counts from 1 within scenario, case and kind. */
  trial: number
  generator: string
  /** The `with:` block of stimulus or control as written, the matrix's values filled in: plain JSON, already checked. */
  parameters: unknown
  identity: Identity
  expect: Expectation
  /** Rules that are known to alert on the scenario's legal traffic, and why. */
  knownDefects?: KnownDefects
}

/** What a companion is there for: to teach the stack, or to show what it has learnt. */
export const phases = ['baseline', 'repeat'] as const
export type Phase = (typeof phases)[number]

/** A playing around a trial: ordinary traffic before it, or the anomaly once more after it. It has no verdict of its own. */
export interface Companion extends Trial {
  /** Id of the trial. */
  of: string
  phase: Phase
  /** What it is, in words. */
  note: string
  /** What the stack learns from it, the names of the trial filled in. */
  teaches: string[]
}

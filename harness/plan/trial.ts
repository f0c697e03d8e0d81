import type { Identity } from '../../generators/identity.ts'
import type { Expectation } from '../scenario/schema.ts'

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
}

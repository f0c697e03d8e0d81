import { merged } from '../../generators/merged.ts'
import type { Conversation } from '../../generators/conversation/conversation.ts'
import type { Performance } from '../../generators/process/performance.ts'
import type { EvidenceSpool } from './evidence-spool.ts'
import type { Observation } from '../monitors/observation.ts'
import type { Companion, Trial } from '../plan/trial.ts'
import type { WireName } from '../sandbox/actor.ts'
import type { Strength } from '../verdict/verdict.ts'
import type { ProcessProof } from '../witness/process-proof.ts'

/** An observation and how it was tied to its trial. */
export interface Attributed {
  observation: Observation
  strength: Strength
}

/**
 * Keeps of an observation what its trial is judged by. Of packets that is neither where they came from, which is decided, nor
 * the product's own record of them, which is on the disk, unless an alert must carry certain fields or lead to its process.
 */
export function attributed({ trial, performance }: Entry, observation: Observation, strength: Strength): Attributed {
  const isWhole =
    performance !== null ||
    trial.expect.correlate !== undefined ||
    (observation.kind === 'alert' && trial.expect.alert.some(({ fields }) => Object.keys(fields).length > 0))
  if (isWhole) return { observation, strength }
  const { monitor, kind, layer, event, at, receivedAt, startedAt, rule } = observation
  const when = startedAt === undefined ? { at, receivedAt } : { at, receivedAt, startedAt }
  const what = { monitor, kind, layer, event, ...when, ...nowhere }
  return { observation: rule === undefined ? what : merged(what, { rule }), strength }
}

const nowhere = { source: {}, destination: {}, raw: {} } as const

/** Of a process, and of a trial whose packets are no longer needed. */
export const noFrames: Conversation = Object.freeze({ frames: [] })

/** Everything that is known of one trial while the campaign runs. */
export interface Entry<Played extends Trial = Trial> {
  trial: Played
  /** Without frames for a process. */
  conversation: Conversation
  /** What runs on the stage; null for a conversation. */
  performance: Performance | null
  /** What the witness saw of the process; null while it has not, and for a conversation. */
  process: ProcessProof | null
  /** Where the frames that the witness found are written as they come; null where they are kept in memory. */
  evidence: EvidenceSpool | null
  wire: WireName
  /** Numbers of the sentinels that were sent before and after it; null while there is none. */
  sentinelBefore: number | null
  sentinelAfter: number | null
  /** When its last frame left, or its process ended, milliseconds since the epoch; null while it has not. */
  playedUntil: number | null
  /** Our own breakdown, in words: why it was not played, or not wholly. */
  failure: string | null
  observed: Attributed[]
}

/** The entries by trial id, in the order of play. */
export type Ledger = Map<string, Entry>

/** What was played around trials, by its own id, in the order of play. */
export type Companions = Map<string, Entry<Companion>>

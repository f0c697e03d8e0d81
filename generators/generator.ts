import type { ZodType } from 'zod'
import type { Conversation } from './conversation/conversation.ts'
import type { Identity } from './identity.ts'

/** Makes the frames of one trial. Pure: the same parameters and identity give the same bytes. */
export interface Generator<Parameters = unknown> {
  /** As written after `generator:` in a scenario. */
  name: string
  /** One line for the listing. */
  title: string
  /** Checks and types the `with:` block. */
  parameters: ZodType<Parameters>
  conversation: (parameters: Parameters, identity: Identity) => Conversation
}

/** Keeps a generator's parameter type. */
export function defineGenerator<Parameters>(generator: Generator<Parameters>): Generator<Parameters> {
  return generator
}

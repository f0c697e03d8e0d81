import type { ZodType } from 'zod'
import type { Conversation } from './conversation/conversation.ts'
import type { Files } from './files.ts'
import type { Identity } from './identity.ts'

/** Makes the frames of one trial. Pure: the same parameters, identity and files give the same bytes. */
export interface Generator<Parameters = unknown, Made extends Conversation = Conversation> {
  /** As written after `generator:` in a scenario. */
  name: string
  /** One line for the listing. */
  title: string
  /** Checks and types the `with:` block. */
  parameters: ZodType<Parameters>
  /**
   * @param files those beside the scenario; absent where there are none
   * @throws GeneratorError when no packets can be made of the parameters
   */
  conversation: (parameters: Parameters, identity: Identity, files?: Files) => Made
}

/** Keeps the types of a generator's parameters and of what it makes. */
export function defineGenerator<Parameters, Made extends Conversation>(
  generator: Generator<Parameters, Made>,
): Generator<Parameters, Made> {
  return generator
}

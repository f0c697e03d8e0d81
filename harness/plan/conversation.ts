import type { Conversation } from '../../generators/conversation/conversation.ts'
import type { Generator } from '../../generators/generator.ts'
import { InputError } from '../errors.ts'
import type { Trial } from './trial.ts'

/**
 * The frames of one trial. Pure: the same trial gives the same bytes.
 * @throws InputError when the trial names an unknown generator or the generator refuses the parameters
 */
export function makeConversation(trial: Trial, generators: readonly Generator[]): Conversation {
  const generator = generators.find((each) => each.name === trial.generator)
  if (generator === undefined) throw new InputError(`${trial.id}: unknown generator "${trial.generator}"`)
  try {
    return generator.conversation(generator.parameters.parse(trial.parameters), trial.identity)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new InputError(`${trial.id}: generator "${generator.name}" refuses its parameters: ${why}`, { cause })
  }
}

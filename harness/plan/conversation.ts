import { join } from 'node:path'
import type { Conversation } from '../../generators/conversation/conversation.ts'
import type { Generator } from '../../generators/generator.ts'
import { InputError } from '../errors.ts'
import { filesBeside } from '../scenario/beside.ts'
import type { Trial } from './trial.ts'

/**
 * The frames of one trial. The same trial gives the same bytes, as long as the files beside its scenario are the same.
 * @param folder the scenario folder; absent: there are no files
 * @throws InputError when the trial names an unknown generator or the generator refuses the parameters
 */
export function makeConversation(trial: Trial, generators: readonly Generator[], folder?: string): Conversation {
  const generator = generators.find((each) => each.name === trial.generator)
  if (generator === undefined) throw new InputError(`${trial.id}: unknown generator "${trial.generator}"`)
  const { file } = trial
  const files = folder === undefined || file === undefined ? undefined : filesBeside(folder, join(folder, file))
  try {
    return generator.conversation(generator.parameters.parse(trial.parameters), trial.identity, files)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new InputError(`${trial.id}: generator "${generator.name}" refuses its parameters: ${why}`, { cause })
  }
}

import type { Conversation } from '../../generators/conversation/conversation.ts'
import { type AnyGenerator, isProcessGenerator } from '../../generators/generator.ts'
import type { Performance } from '../../generators/process/performance.ts'
import { InputError } from '../errors.ts'
import type { Trial } from './trial.ts'

/** What a trial plays: frames that two actors send, or a process on the stage. */
export type Stimulus =
  | { kind: 'conversation'; conversation: Conversation }
  | { kind: 'process'; performance: Performance }

/**
 * What one trial plays. Pure: the same trial gives the same value.
 * @throws InputError when the trial names an unknown generator or the generator refuses the parameters
 */
export function makeStimulus(trial: Trial, generators: readonly AnyGenerator[]): Stimulus {
  const generator = generators.find((each) => each.name === trial.generator)
  if (generator === undefined) throw new InputError(`${trial.id}: unknown generator "${trial.generator}"`)
  try {
    const parameters = generator.parameters.parse(trial.parameters)
    return isProcessGenerator(generator)
      ? { kind: 'process', performance: generator.performance(parameters, trial.identity) }
      : { kind: 'conversation', conversation: generator.conversation(parameters, trial.identity) }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new InputError(`${trial.id}: generator "${generator.name}" refuses its parameters: ${why}`, { cause })
  }
}

/**
 * The frames of one trial. Pure: the same trial gives the same bytes.
 * @throws InputError as `makeStimulus` does, and for a trial that plays a process
 */
export function makeConversation(trial: Trial, generators: readonly AnyGenerator[]): Conversation {
  const stimulus = makeStimulus(trial, generators)
  if (stimulus.kind === 'conversation') return stimulus.conversation
  throw new InputError(`${trial.id}: is a process, whose packets are made by a kernel when it runs`)
}

/** Whether a trial plays a process, by its generator alone. */
export function playsProcess({ generator }: Pick<Trial, 'generator'>, generators: readonly AnyGenerator[]): boolean {
  const found = generators.find(({ name }) => name === generator)
  return found !== undefined && isProcessGenerator(found)
}

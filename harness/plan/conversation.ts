import { join } from 'node:path'
import type { Conversation } from '../../generators/conversation/conversation.ts'
import { type AnyGenerator, isProcessGenerator } from '../../generators/generator.ts'
import type { Performance } from '../../generators/process/performance.ts'
import { InputError } from '../errors.ts'
import { filesBeside } from '../scenario/beside.ts'
import type { Trial } from './trial.ts'

/** What a trial plays: frames that two actors send, or a process on the stage. */
export type Stimulus =
  | { kind: 'conversation'; conversation: Conversation }
  | { kind: 'process'; performance: Performance }

/**
 * What one trial plays. The same trial gives the same value, as long as the files beside its scenario are the same.
 * @param folder the scenario folder; absent: there are no files
 * @throws InputError when the trial names an unknown generator or the generator refuses the parameters
 */
export function makeStimulus(trial: Trial, generators: readonly AnyGenerator[], folder?: string): Stimulus {
  const generator = generators.find((each) => each.name === trial.generator)
  if (generator === undefined) throw new InputError(`${trial.id}: unknown generator "${trial.generator}"`)
  const { file } = trial
  const files = folder === undefined || file === undefined ? undefined : filesBeside(folder, join(folder, file))
  try {
    const parameters = parsedBy(generator, trial.parameters)
    return isProcessGenerator(generator)
      ? { kind: 'process', performance: generator.performance(parameters, trial.identity) }
      : { kind: 'conversation', conversation: generator.conversation(parameters, trial.identity, files) }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new InputError(`${trial.id}: generator "${generator.name}" refuses its parameters: ${why}`, { cause })
  }
}

/** What a generator has made of parameters that many trials share. */
const parsed = new WeakMap<object, { generator: AnyGenerator; parameters: unknown }>()

function parsedBy(generator: AnyGenerator, given: Trial['parameters']) {
  if (typeof given !== 'object' || given === null) return generator.parameters.parse(given)
  const before = parsed.get(given)
  if (before?.generator === generator) return before.parameters
  const parameters = generator.parameters.parse(given)
  parsed.set(given, { generator, parameters })
  return parameters
}

/**
 * The frames of one trial.
 * @param folder as for `makeStimulus`
 * @throws InputError as `makeStimulus` does, and for a trial that plays a process
 */
export function makeConversation(trial: Trial, generators: readonly AnyGenerator[], folder?: string): Conversation {
  const stimulus = makeStimulus(trial, generators, folder)
  if (stimulus.kind === 'conversation') return stimulus.conversation
  throw new InputError(
    `${trial.id}: is a process, whose packets a kernel makes when it runs; tocsin show tells what it runs`,
  )
}

/** Whether a trial plays a process, by its generator alone. */
export function playsProcess({ generator }: Pick<Trial, 'generator'>, generators: readonly AnyGenerator[]): boolean {
  const found = generators.find(({ name }) => name === generator)
  return found !== undefined && isProcessGenerator(found)
}

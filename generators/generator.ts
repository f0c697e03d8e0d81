import type { ZodType } from 'zod'
import type { Conversation } from './conversation/conversation.ts'
import type { Files } from './files.ts'
import type { Identity } from './identity.ts'
import type { Performance } from './process/performance.ts'

interface Described<Parameters> {
  /** As written after `generator:` in a scenario. */
  name: string
  /** One line for the listing. */
  title: string
  /** Checks and types the `with:` block. */
  parameters: ZodType<Parameters>
}

/** Makes the frames of one trial. Pure: the same parameters, identity and files give the same bytes. */
export interface Generator<Parameters = unknown, Made extends Conversation = Conversation>
  extends Described<Parameters> {
  /**
   * @param files those beside the scenario; absent where there are none
   * @throws GeneratorError when no packets can be made of the parameters
   */
  conversation: (parameters: Parameters, identity: Identity, files?: Files) => Made
}

/** Makes what a process does in one trial. Pure, as a generator of frames is. */
export interface ProcessGenerator<Parameters = unknown> extends Described<Parameters> {
  /** @throws GeneratorError when no performance can be made of the parameters */
  performance: (parameters: Parameters, identity: Identity) => Performance
}

/** A generator of either kind. */
export type AnyGenerator = Generator | ProcessGenerator

/** Keeps the types of a generator's parameters and of what it makes. */
export function defineGenerator<Parameters, Made extends Conversation>(
  generator: Generator<Parameters, Made>,
): Generator<Parameters, Made> {
  return generator
}

/** Keeps a process generator's parameter type. */
export function defineProcessGenerator<Parameters>(
  generator: ProcessGenerator<Parameters>,
): ProcessGenerator<Parameters> {
  return generator
}

/** Whether a generator makes processes and not frames. */
export function isProcessGenerator(generator: AnyGenerator): generator is ProcessGenerator {
  return 'performance' in generator
}

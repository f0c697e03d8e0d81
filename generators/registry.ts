import type { AnyGenerator } from './generator.ts'
import { generators as networkGenerators } from './network/registry.ts'
import { processGenerators } from './process/registry.ts'

/** Every generator, whatever it makes. */
export const generators: readonly AnyGenerator[] = [...networkGenerators, ...processGenerators]

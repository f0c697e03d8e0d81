import type { ProcessGenerator } from '../generator.ts'
import { processGenerator } from './process.ts'

/** Every generator of this folder. `performance` takes only what the generator's own `parameters` returned. */
export const processGenerators = [processGenerator] as unknown as readonly ProcessGenerator[]

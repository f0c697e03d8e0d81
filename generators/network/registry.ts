import type { Generator } from '../generator.ts'
import { packets } from './packets.ts'
import { replay } from './replay.ts'
import { tcp } from './tcp.ts'

/** Every generator of this folder, by file name. `conversation` takes only what the generator's own `parameters` returned. */
export const generators = [packets, replay, tcp] as unknown as readonly Generator[]

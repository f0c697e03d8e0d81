import { z } from 'zod'
import type { Frame } from '../conversation/conversation.ts'
import { frameSchema, framesOf } from '../conversation/frames.ts'
import { defineGenerator } from '../generator.ts'

const parameters = z.strictObject({
  port: z
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe("Server's port where a frame says none; absent: the trial's own."),
  frames: z.array(frameSchema).min(1).max(10_000).describe('In the order in which they are on the wire.'),
})

/** Any frames, layer by layer, every field of which may be wrong. */
export const packets = defineGenerator({
  name: 'packets',
  title: 'Frames layer by layer, with repetition and fragments',
  parameters,
  conversation: (given, identity) => {
    const frames: Frame[] = []
    const ports = { client: identity.client.port, server: given.port ?? identity.server.port }
    for (const [index, spec] of given.frames.entries()) {
      frames.push(...framesOf(spec, { identity, ports, framesBefore: frames.length }, `frames[${index}]`))
    }
    return { frames }
  },
})

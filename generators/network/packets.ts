import { z } from 'zod'
import { frameEntrySchema, framesOfAll } from '../conversation/frames.ts'
import { defineGenerator } from '../generator.ts'

const parameters = z.strictObject({
  port: z
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe("Server's port where a frame says none; absent: the trial's own."),
  frames: z.array(frameEntrySchema).min(1).max(10_000).describe('In the order in which they are on the wire.'),
})

/** Any frames, layer by layer, every field of which may be wrong. */
export const packets = defineGenerator({
  name: 'packets',
  title: 'Frames layer by layer, with repetition and fragments',
  parameters,
  conversation: (given, identity) => {
    const ports = { client: identity.client.port, server: given.port ?? identity.server.port }
    return { frames: framesOfAll(given.frames, { identity, ports, framesBefore: 0 }, 'frames') }
  },
})

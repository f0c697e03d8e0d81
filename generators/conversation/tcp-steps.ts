import { z } from 'zod'
import { milliseconds } from './delay.ts'
import { frameSchema, sideSchema } from './frames.ts'
import { pace, repeatSchema } from './repeat.ts'

export const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const
export type Flag = (typeof flagNames)[number]

const payload = z
  .unknown()
  .describe('Text, { hex }, { repeat }, one layer such as { http: ... }, { layers: [...] }, or a list of those.')
const fields = z.record(z.string(), z.unknown())
const offset = z.number().int().default(0)

/** What every segment may say. Numbers are relative to what would be correct, so that a wrong one stands out. */
const segmentShape = {
  from: sideSchema,
  data: payload.optional(),
  sequenceOffset: offset.describe('Added to the sequence number that would be correct.'),
  acknowledgmentOffset: z
    .number()
    .int()
    .optional()
    .describe(
      'Added to the acknowledgment number that would be correct. Given, the number stands there even without the ACK flag.',
    ),
  timestampOffset: offset.describe('Added to the TSval that would be correct.'),
  window: z.number().int().min(0).max(65_535).optional().describe('Window field as on the wire.'),
  counts: z
    .boolean()
    .optional()
    .describe('Whether both sides take it as sent and received. Absent: yes, unless its sequence number is off.'),
  tcp: fields.default({}).describe('Any field of the TCP header.'),
  ipv4: fields.default({}),
  ipv6: fields.default({}),
  ethernet: fields.default({}),
  note: z.string().min(1).optional(),
  delay: milliseconds.optional(),
  repeat: repeatSchema.optional(),
}

const segment = z.strictObject({ ...segmentShape, flags: z.array(z.enum(flagNames)).default(['ACK']) })
/** A segment whose flags the step's own name tells. */
const named = z.strictObject(segmentShape)

const data = z.strictObject({
  ...segmentShape,
  data: payload,
  acknowledge: z.boolean().default(true).describe('Whether the far side acknowledges it at once.'),
})

const retransmit = z.strictObject({
  ...segmentShape,
  of: z.number().int().default(-1).describe('Which data segment of that side: 1 is its first, -1 its latest.'),
  start: z.number().int().default(0).describe('Where in it to begin, in bytes.'),
  length: z.number().int().min(0).optional().describe('How many of its bytes.'),
  acknowledge: z.boolean().default(false),
})

const unseen = z.strictObject({
  from: sideSchema,
  bytes: z.number().int().min(1).max(1_000_000).describe('Sent and received, but never on this wire.'),
})

const close = z.strictObject({ from: z.enum(['client', 'server', 'both']).default('client') })

const connection = z.strictObject({
  clientPort: z.number().int().min(0).max(65_535).optional().describe('Absent: one more than before.'),
  port: z.number().int().min(0).max(65_535).optional().describe('Absent: as before.'),
})

const words = z.enum(['handshake', 'simultaneous-open', 'close'])

const shapes = {
  handshake: z.strictObject({}).describe('SYN, SYN/ACK, ACK.'),
  client: payload.describe('Data from the client, cut at the MSS and acknowledged.'),
  server: payload.describe('Data from the server, likewise.'),
  data: data.describe('Data with settings of its own.'),
  segment: segment.describe('One segment with any flags.'),
  syn: named,
  synAck: named,
  ack: named,
  fin: named.describe('FIN and ACK.'),
  reset: z
    .strictObject({ ...segmentShape, acknowledge: z.boolean().optional() })
    .describe('RST; with ACK if `acknowledge`, which is right for an answer to a SYN.'),
  retransmit: retransmit.describe('A data segment again, whole or in part, with the same bytes or with `data`.'),
  overlap: retransmit.describe('The same, for bytes laid over ones sent before.'),
  unseen: unseen,
  close: close.describe('Orderly end: FIN, ACK, FIN, ACK; by `both`, the FINs cross.'),
  connection: connection.describe('From here on a new connection of the same two hosts.'),
  frame: frameSchema.describe('Any frame in between, as the packets generator has them.'),
}

export type StepName = keyof typeof shapes
const roundsName = 'rounds'
export const stepNames = [...Object.keys(shapes), roundsName]

const optional = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => [name, shape.optional()]),
) as unknown as Optional

type Optional = { [Name in StepName]: z.ZodOptional<(typeof shapes)[Name]> }

const isOne = (value: object) => Object.keys(value).length === 1
const oneOf = (names: readonly string[]) => ({ message: `write one of ${names.join(', ')} in each step` })
const error = (issue: Parameters<typeof nearestProblem>[0]) => nearestProblem(issue)

const step = z.strictObject(optional).refine(isOne, oneOf(Object.keys(shapes)))

const rounds = z
  .strictObject({
    ...pace,
    port: z
      .strictObject({ from: z.number().int(), step: z.number().int().default(1) })
      .optional()
      .describe("Server's port of each round; absent: always the same."),
    steps: z
      .array(z.union([words, step], { error }))
      .min(1)
      .max(1000),
  })
  .describe(
    'Steps that come again and again together, each round a connection of its own; the name `round` counts from 1.',
  )

const entry = z.strictObject({ ...optional, [roundsName]: rounds.optional() }).refine(isOne, oneOf(stepNames))

export type Step = z.output<typeof step>
export type RoundsStep = z.output<typeof rounds>
/** A step, the word that stands for one without settings, or rounds of steps. */
export type Entry = z.output<typeof entry> | z.output<typeof words>
export type SegmentStep = z.output<typeof segment>
export type NamedStep = z.output<typeof named>
export type DataStep = z.output<typeof data>
export type RetransmitStep = z.output<typeof retransmit>

export const stepSchema = z.union([words, entry], { error })

/** What the `tcp` generator takes. */
export const tcpParameters = z.strictObject({
  port: z.number().int().min(0).max(65_535).optional().describe("Server's port; absent: the trial's own."),
  clientPort: z.number().int().min(0).max(65_535).optional(),
  ip: z.union([z.literal(4), z.literal(6)]).default(4),
  mss: z
    .number()
    .int()
    .min(1)
    .max(65_495)
    .optional()
    .describe('Bytes of data in one segment; absent: 1460, over IPv6 1440.'),
  window: z.number().int().min(0).max(65_535).default(64_240),
  options: z
    .strictObject({
      mss: z.boolean().default(true),
      sackPermitted: z.boolean().default(false),
      timestamps: z.boolean().default(false),
      windowScale: z.number().int().min(0).max(14).optional(),
    })
    .default({ mss: true, sackPermitted: false, timestamps: false })
    .describe('TCP options that both sides use.'),
  steps: z.array(stepSchema).min(1).max(10_000),
})

export type TcpParameters = z.output<typeof tcpParameters>

/** A union says only that nothing fits; the branch for objects knows what is wrong. */
function nearestProblem(issue: {
  errors?: readonly (readonly { path: PropertyKey[]; message: string }[])[]
  input?: unknown
}): string {
  if (typeof issue.input === 'string')
    return `unknown step "${issue.input}"; a step without settings is handshake, simultaneous-open or close`
  const found = issue.errors?.[1]?.[0]
  if (found === undefined) return 'write a step'
  return found.path.length === 0 ? found.message : `${found.path.join('.')}: ${found.message}`
}

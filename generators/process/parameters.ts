import { z } from 'zod'

const path = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^(\/|\$\{)/, 'write an absolute path')
const text = z.string().max(60_000)
const port = z.union([z.number().int().min(1).max(65_535), z.string().regex(/^\$\{/)])

const file = z
  .strictObject({
    path,
    content: text.optional(),
    copy: path.optional().describe('A file of the stage to be copied there.'),
    link: path.optional().describe('Where a symbolic link is to lead.'),
    mode: z
      .string()
      .regex(/^0?[0-7]{3}$/, 'write it as 755')
      .default('755'),
  })
  .refine(
    ({ content, copy, link }) => [content, copy, link].filter((each) => each !== undefined).length === 1,
    'takes exactly one of content, copy and link',
  )

const listener = z.strictObject({
  protocol: z
    .enum(['tcp', 'http', 'udp', 'dns', 'icmp', 'dial'])
    .describe(
      'http answers one request, dns one query, icmp one echo request; with dial it is the listener that connects.',
    ),
  port: port.optional().describe("Absent: the trial's own."),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of scenarios
  reply: text.default('ok ${marker}\n').describe('What the listener sends over TCP and UDP.'),
  waits: z.string().max(100).default('').describe('Text that must have come before the reply, over TCP.'),
})

/** The `with:` block of the generator `process`. */
export const processParameters = z.strictObject({
  files: z.array(file).max(50).default([]).describe('Made before the program starts, as the user of the trial.'),
  run: z.strictObject({
    program: path.describe('What is executed.'),
    name: text.optional().describe('argv[0]; absent: the path of the program.'),
    arguments: z.array(text).max(200).default([]),
    environment: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), text)
      .default({})
      .describe('Beside PATH, HOME, LANG and TOCSIN_MARKER.'),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of scenarios
    directory: path.default('${folder}').describe('Working directory.'),
    stdin: z
      .strictObject({ input: text.default('') })
      .optional()
      .describe('A pipe that stays silent until the witness has looked, and then carries this. Absent: /dev/null.'),
    capabilities: z.array(z.enum(['NET_RAW'])).default([]),
    removeAfterStart: z.array(path).max(10).default([]).describe('Files removed as soon as the program runs.'),
  }),
  listener: listener
    .optional()
    .describe("What the program talks to at the trial's server address. Absent: it is not to use the network."),
  leftovers: z.array(path).max(20).default([]).describe('Paths that the program makes, to be removed at the end.'),
  limit: z.number().int().min(1).max(30).default(15).describe('Longest time that it may take, seconds.'),
})

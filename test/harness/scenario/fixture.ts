import { z } from 'zod'
import { GeneratorError } from '../../../generators/errors.ts'
import type { Generator } from '../../../generators/generator.ts'

const shape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: z.string().max(20) }),
  z.strictObject({ kind: z.literal('zeros'), count: z.number().int().min(0).max(1000) }),
])

const parameters = z.strictObject({
  port: z.number().int().min(1).max(65_535).default(7),
  urgent: z.union([z.boolean(), z.literal('half')]).default(false),
  parts: z.array(z.union([shape, z.string()])).min(1),
})

/** One frame a part: small enough to see what the loader does with a generator. */
const parts: Generator<z.output<typeof parameters>> = {
  name: 'parts',
  title: 'One frame for each part',
  parameters,
  conversation: (given, identity) => {
    const bad = given.parts.indexOf('refuse me')
    if (bad >= 0) throw new GeneratorError(`parts[${bad}]`, 'cannot be made into a packet')
    const frames = given.parts
      .filter((part) => part !== 'nothing')
      .map((part) => ({
        from: 'client' as const,
        bytes: Buffer.from(JSON.stringify({ ...given, parts: part, marker: identity.marker })),
        note: 'part',
      }))
    return { frames }
  },
}

export const generators = [parts as Generator]

/** A scenario without fault. Every line of it can be replaced. */
export const good = `id: stray-fin
title: FIN segment that belongs to no connection
clause: extraneous
description: A FIN without a handshake before it.
attack: { techniques: [T1595.002], basis: author }
stimulus:
  generator: parts
  with:
    port: 22
    parts: [{ kind: text, text: odd }]
control:
  generator: parts
  with:
    parts: [{ kind: zeros, count: 3 }, plain]
expect:
  alert:
    - layer: stream
      rules: { suricata: [2210037] }
      within: 5s
  telemetry: [flow]
`

/** The good scenario with some text replaced. @throws when the text is not there, so that no test tests nothing */
export function changed(...replacements: [from: string, to: string][]): string {
  return replacements.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the fixture has no ${from}`)
    return text.replace(from, () => to)
  }, good)
}

/** Legal traffic on which a rule misfires. */
export const legal = `id: stray-fin
kind: must-not-alert
title: FIN segment that ends a connection
clause: extraneous
description: An orderly end.
attack: { basis: author }
control:
  generator: parts
  with:
    parts: [plain]
knownDefects:
  suricata:
    2260002: it misfires
`

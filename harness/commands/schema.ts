import { z } from 'zod'
import { describeLayer, layerNames } from '../../generators/packets/stack.ts'
import { generators } from '../../generators/registry.ts'
import type { CommandDefinition } from '../cli/command.ts'
import { controlMappingJsonSchema, determinationsJsonSchema, exceptionsJsonSchema } from '../compliance/json-schema.ts'
import { InputError } from '../errors.ts'
import { monitorTypes } from '../monitors/registry.ts'
import { campaignJsonSchema } from '../plan/json-schema.ts'
import { scenarioJsonSchema } from '../scenario/json-schema.ts'
import { suggestion } from '../scenario/nearest.ts'

const subjects: Record<string, () => unknown> = {
  scenario: () => scenarioJsonSchema(generators),
  campaign: () => campaignJsonSchema(),
  controls: () => controlMappingJsonSchema(),
  exceptions: () => exceptionsJsonSchema(),
  determinations: () => determinationsJsonSchema(),
  generators: () =>
    generators.map(({ name, title, parameters }) => ({
      name,
      title,
      with: z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any' }),
    })),
  layers: () => layerNames().map(describeLayer),
  monitors: () =>
    monitorTypes.map(({ type, title, layers, settings }) => ({
      type,
      title,
      layers,
      settings: z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }),
    })),
}

export const schemaCommand: CommandDefinition = {
  arguments: { '<subject>': Object.keys(subjects).join(', ') },
  examples: [
    ['schema scenario', 'JSON Schema of scenario files, for editors'],
    ['schema exceptions', 'of a register of exceptions'],
    ['schema layers', 'every packet layer with its fields'],
  ],
  async run(context, _options, [given]) {
    const subject = String(given)
    const make = Object.hasOwn(subjects, subject) ? subjects[subject] : undefined
    if (!make) throw new InputError(`unknown schema "${subject}"${suggestion(subject, Object.keys(subjects))}`)
    context.out(`${JSON.stringify(make(), null, 2)}\n`)
    return 0
  },
}

import type { CommandDefinition } from '../cli/command.ts'
import { table } from '../cli/table.ts'
import { select } from '../plan/select.ts'
import { describe } from '../scenario/describe.ts'
import { readLibrary, selectionOf, selectionOptions } from './inputs.ts'

export const listCommand: CommandDefinition = {
  name: 'list',
  description: 'List the scenarios',
  options: [...selectionOptions, { flags: '--json', description: 'as JSON' }],
  examples: [
    ['list', 'every scenario'],
    ['list --clause gratuitous --json', 'those of one clause, for a program'],
    ["list --only 'tcp-*'", 'those whose id begins with tcp-'],
  ],
  async run(context, options) {
    const scenarios = select(readLibrary(context, options), selectionOf(options)).map(describe)
    if (options['json']) {
      context.out(`${JSON.stringify(scenarios, null, 2)}\n`)
      return 0
    }
    const rows = scenarios.map(({ id, clause, rules, expected, title }) => [
      id,
      clause,
      expected === 'logged' ? 'telemetry' : Object.values(rules).flat().join(' ') || 'any alert',
      title,
    ])
    context.out(table(['scenario', 'clause', 'expects', 'title'], rows, context.stdout))
    context.out(`\n${scenarios.length} scenarios. tocsin show <scenario> tells more.\n`)
    return 0
  },
}

import { counted } from '../../reports/format.ts'
import type { CommandDefinition } from '../cli/command.ts'
import { table } from '../cli/table.ts'
import { tocsin } from '../monitors/tocsin-rule.ts'
import { describe } from '../scenario/describe.ts'
import { readSelected, selectionOf, selectionOptions } from './inputs.ts'

const expects = { logged: 'telemetry', quiet: 'no alert' }

export const listCommand: CommandDefinition = {
  options: [...selectionOptions, { flags: '--json', description: 'as JSON' }],
  examples: [
    ['list', 'every scenario'],
    ['list --clause gratuitous --json', 'those of one clause, for a program'],
    ["list --only 'tcp-*'", 'those whose id begins with tcp-'],
  ],
  async run(context, options) {
    const scenarios = readSelected(context, options, selectionOf(options)).scenarios.map(describe)
    if (options.json) {
      context.out(`${JSON.stringify(scenarios, null, 2)}\n`)
      return 0
    }
    const rows = scenarios.map(({ id, clause, rules, expected, title }) => [
      id,
      clause,
      expected === 'detected' ? rulesText(rules) : expects[expected],
      title,
    ])
    context.out(table(['scenario', 'clause', 'expects', 'title'], rows, context.stdout))
    context.out(`\n${counted(scenarios.length, 'scenario')}; tocsin show <scenario> tells more of one.\n`)
    return 0
  },
}

/** Numbers alone are Suricata's; those of Tocsin's own rules say so. */
function rulesText(rules: Record<string, string[]>): string {
  const { [tocsin]: ours = [], ...others } = rules
  const own = ours.length > 0 ? [`${tocsin} ${ours.join(' ')}`] : []
  return [...Object.values(others).flat(), ...own].join(' ') || 'any alert'
}

import { Command, Option } from 'commander'
import type { Context } from './context.ts'
import { doctorCommand } from '../commands/doctor.ts'
import { listCommand } from '../commands/list.ts'
import { planCommand } from '../commands/plan.ts'
import { renderCommand } from '../commands/render.ts'
import { reportCommand } from '../commands/report.ts'
import { runCommand } from '../commands/run.ts'
import { schemaCommand } from '../commands/schema.ts'
import { setupCommand } from '../commands/setup.ts'
import { showCommand } from '../commands/show.ts'
import { sweepCommand } from '../commands/sweep.ts'
import { validateCommand } from '../commands/validate.ts'
import type { CommandDefinition } from './command.ts'

/** Every command, in the order in which `--help` shows them. */
export const commands: readonly CommandDefinition[] = [
  runCommand,
  planCommand,
  validateCommand,
  listCommand,
  showCommand,
  renderCommand,
  reportCommand,
  schemaCommand,
  doctorCommand,
  setupCommand,
  sweepCommand,
]

/** Parses the arguments and runs the command that they name. @returns its exit code. */
export async function buildProgram(context: Context, argv: string[]): Promise<number> {
  let code = 0
  const program = new Command('tocsin')
    .description('Plays anomalous traffic in a sandbox, proves that it happened, and checks who noticed.')
    .version(context.version)
    .showSuggestionAfterError()
    .showHelpAfterError('Run with --help for usage.')
    .exitOverride()
    .configureOutput({ writeOut: context.out, writeErr: context.log, getErrHelpWidth: () => 100, getOutHelpWidth: () => 100 })
  for (const definition of commands) {
    const command = program.command(definition.name).description(definition.description)
    command.exitOverride()
    for (const [syntax, text] of Object.entries(definition.arguments ?? {})) command.argument(syntax, text)
    for (const option of definition.options ?? []) {
      const made = new Option(option.flags, option.description)
      if (option.choices) made.choices([...option.choices])
      if (option.parse) made.argParser(option.parse)
      if (option.initial !== undefined) made.default(option.initial, option.initialText)
      command.addOption(made)
    }
    const examples = definition.examples.map(([line, text]) => `  $ tocsin ${line}\n      ${text}`)
    command.addHelpText('after', `\nExamples:\n${examples.join('\n')}`)
    command.action(async (...received: unknown[]) => {
      const operands = received.slice(0, -2) as (string | string[] | undefined)[]
      const options = received.at(-2) as Record<string, unknown>
      code = await definition.run(context, options, operands)
    })
  }
  await program.parseAsync(argv, { from: 'user' })
  return code
}

import { Command, Option } from 'commander'
import type { CommandDefinition } from './command.ts'
import { commands, programExamples } from './commands.ts'
import type { Context } from './context.ts'

/** Text is hard to read in longer lines, however wide the terminal is. */
const widest = 100

/** Parses the arguments and runs the command that they name. @returns its exit code. */
export async function runProgram(context: Context, argv: readonly string[]): Promise<number> {
  let code = 0
  const helpWidth = (terminal: Context['stdout']) => Math.min(terminal.isTerminal ? terminal.columns : widest, widest)
  const program = new Command('tocsin')
    .description('Plays anomalous traffic in a sandbox, proves that it happened, and checks who noticed.')
    .version(context.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print what a command takes')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: context.out,
      writeErr: context.log,
      outputError: (text, write) => write(errorText(text)),
      getErrHelpWidth: () => helpWidth(context.stderr),
      getOutHelpWidth: () => helpWidth(context.stdout),
      getOutHasColors: () => context.stdout.colour,
      getErrHasColors: () => context.stderr.colour,
    })
    .addHelpText('after', `${exampleText(programExamples)}\n${exitCodes}`)
  for (const { name, description, load } of commands) {
    const command = program.command(name).description(description).helpOption('-h, --help', 'print this')
    command.exitOverride().showHelpAfterError(`tocsin ${name} --help shows what it takes.`)
    // The others are only listed, and loading them takes time.
    if (!argv.includes(name)) continue
    const definition = await load()
    describe(command, definition)
    command.action(async (...received: unknown[]) => {
      const operands = received.slice(0, -2) as (string | string[] | undefined)[]
      code = await definition.run(context, received.at(-2) as Record<string, unknown>, operands)
    })
  }
  program.showHelpAfterError('tocsin --help lists the commands.')
  await program.parseAsync([...argv], { from: 'user' })
  return code
}

function describe(command: Command, definition: CommandDefinition): void {
  for (const [syntax, text] of Object.entries(definition.arguments ?? {})) command.argument(syntax, text)
  for (const option of definition.options ?? []) {
    const made = new Option(option.flags, option.description)
    if (option.choices) made.choices([...option.choices])
    if (option.parse) made.argParser(option.parse)
    if (option.initial !== undefined) made.default(option.initial, option.initialText)
    command.addOption(made)
  }
  command.addHelpText('after', exampleText(definition.examples))
}

function exampleText(examples: CommandDefinition['examples']): string {
  return `\nExamples:\n${examples.map(([line, text]) => `  $ tocsin ${line}\n      ${text}`).join('\n')}`
}

const exitCodes = `
Exit codes:
  0    every expectation was met
  1    gaps: something was missed, only logged, or a benign twin raised an alarm
  2    bad input or usage, or something is not installed; nothing was started
  3    could not decide
  130  interrupted, and cleaned up`

/** Commander's own words, with the beginning that all our messages have. */
function errorText(text: string): string {
  return text.replace(/^error: /, 'tocsin: ').replace(/\n\(Did you mean (.+)\?\)/, '; did you mean "$1"?')
}

import { InvalidArgumentError } from 'commander'
import type { Context } from './context.ts'

/** An option as `--help` shows it. */
export interface CommandOption {
  /** Commander syntax: `-o, --output <file>`. */
  flags: string
  description: string
  choices?: readonly string[]
  parse?: (value: string, previous: unknown) => unknown
  initial?: unknown
  initialText?: string
}

/** What one command takes and does: a file in `harness/commands`, and a line in `commands.ts` with its name and description. */
export interface CommandDefinition {
  /** Commander syntax (`[file]`, `<ids...>`) and what it is. */
  arguments?: Record<string, string>
  options?: readonly CommandOption[]
  /** Command line after `tocsin`, and what it does. Every one is run by a test. */
  examples: readonly (readonly [string, string])[]
  run: (
    context: Context,
    options: Record<string, unknown>,
    operands: (string | string[] | undefined)[],
  ) => Promise<number>
}

/** Collects a repeatable option, whose values may also stand side by side with commas, into a list. */
export const repeatable = {
  parse: (value: string, previous: unknown) => {
    const values = value
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '')
    if (values.length === 0) throw new InvalidArgumentError('Give at least one value.')
    return [...((previous as string[] | undefined) ?? []), ...values]
  },
} as const

/** Parses a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (!(number >= least && number <= most))
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
    return number
  }
}

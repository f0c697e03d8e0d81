import { InvalidArgumentError } from 'commander'
import type { Context } from './context.ts'

export interface CommandOption {
  flags: string
  description: string
  choices?: readonly string[]
  parse?: (value: string, previous: unknown) => unknown
  initial?: unknown
  initialText?: string
}

/** One command of the command line: a file in `harness/commands` and a line in `program.ts`. */
export interface CommandDefinition {
  name: string
  description: string
  /** Commander syntax (`[file]`, `<ids...>`) and what it is. */
  arguments?: Record<string, string>
  options?: readonly CommandOption[]
  /** Command line after `tocsin`, and what it does. Every one is run by a test. */
  examples: readonly (readonly [string, string])[]
  run: (context: Context, options: Record<string, unknown>, operands: (string | string[] | undefined)[]) => Promise<number>
}

/** Collects a repeatable option into a list. */
export const repeatable = {
  parse: (value: string, previous: unknown) => [...((previous as string[] | undefined) ?? []), ...value.split(',')],
} as const

/** Parses a whole number of at least `least`. */
export function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (!Number.isInteger(number) || number < least || number > most)
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
    return number
  }
}

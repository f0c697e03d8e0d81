/** What a command gets from the outside world. Nothing below the command line reads the process. */
export interface Context {
  /** Where the project's own files are: scenarios, templates, Dockerfiles. */
  root: string
  /** Where compiled code is: `<root>/dist`. */
  dist: string
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  /** What was typed after `tocsin`. */
  argv: readonly string[]
  /** Aborts on Ctrl-C or SIGTERM. */
  signal: AbortSignal
  /** Results: what a pipe should get. */
  out: (text: string | Uint8Array) => void
  /** Messages that stay. */
  log: (text: string) => void
  /** What is going on: these lines stay below all messages until others or none take their place. Terminals only. */
  show: (lines: readonly string[]) => void
  stdout: Terminal
  stderr: Terminal
  version: string
}

/** Where one of the two output streams leads. */
export interface Terminal {
  isTerminal: boolean
  /** As wide as it is now. */
  readonly columns: number
  colour: boolean
}

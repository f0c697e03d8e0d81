/** What a command gets from the outside world. Nothing below the command line reads the process. */
export interface Context {
  /** Where the project's own files are: scenarios, templates, Dockerfiles. */
  root: string
  /** Where compiled code is: `<root>/dist`. */
  dist: string
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  /** Aborts on Ctrl-C or SIGTERM. */
  signal: AbortSignal
  /** Results: what a pipe should get. */
  out: (text: string | Uint8Array) => void
  /** Progress and logs. */
  log: (text: string) => void
  stdout: Terminal
  stderr: Terminal
  version: string
}

export interface Terminal {
  isTerminal: boolean
  columns: number
  colour: boolean
}

/** A command gives the code that the process exits with. */
export type CommandResult = Promise<number>

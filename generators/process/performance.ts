/** A file that is made before the program starts, as the trial's own user. */
export type PreparedFile =
  | { path: string; mode: number; content: string }
  /** A copy of a file of the image. */
  | { path: string; mode: number; copy: string }
  /** A symbolic link to a path. */
  | { path: string; mode: number; link: string }

/** The program of a performance. */
export interface Run {
  /** Absolute path of what is executed. */
  program: string
  /** All of it, the name under which the program is called first. */
  argv: string[]
  environment: Record<string, string>
  /** Working directory. */
  directory: string
  /** `null`: /dev/null. `held`: a pipe on which nothing comes until the witness has looked; then `input`, and its end. */
  stdin: 'null' | 'held'
  input: string
  /** Linux capabilities that the program gets; none of them unless it is asked for. */
  capabilities: 'NET_RAW'[]
  /** Files that are removed as soon as the program has been executed. */
  removeAfterStart: string[]
}

/** What waits for the program on the trial's server address. */
export interface Listener {
  /**
   * `dial`: the listener connects, to a program that listens on the stage. `icmp` answers an echo request, `dns` a query;
   * the others send `reply`.
   */
  protocol: 'tcp' | 'udp' | 'dns' | 'icmp' | 'dial'
  /** 0 for ICMP. */
  port: number
  reply: string
  /** Text that must have come before the reply is sent over TCP; empty: the reply comes first. */
  waits: string
}

/**
 * A process that is to run, and what it talks to: the one form of all process stimuli. A plain value, from which nothing
 * about the trial is left out.
 */
export interface Performance {
  /** The trial's own folder, removed at the end. */
  folder: string
  files: PreparedFile[]
  run: Run
  /** Null for a program that is not to use the network. */
  listener: Listener | null
  /** Further paths to be removed at the end. */
  leftovers: string[]
  /** Longest it may take, milliseconds. */
  limitMs: number
}

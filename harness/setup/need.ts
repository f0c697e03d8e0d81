/** What somebody is about to do. `run` makes every report, PDF too; `pdf` only makes reports of a saved run. */
export const purposes = ['run', 'test', 'bench', 'pdf'] as const
export type Purpose = (typeof purposes)[number]

/** Something that Tocsin needs from the machine. */
export interface Need {
  /** Stable, for `--json`: `engine`. */
  name: string
  title: string
  /** What it is for, in a few words. */
  why: string
  for: readonly Purpose[]
  /** Looks, changes nothing, and says how to get what is missing. */
  find: (signal: AbortSignal) => Promise<Found>
}

export interface Found {
  /** null: not needed as things are, or not to be known yet. */
  ok: boolean | null
  /** Version and path, or what is wrong. */
  detail: string
  /** How to get it, in this order. Empty when it is there. */
  steps: readonly Step[]
}

export type Step = PackagesStep | ActionStep | AdviceStep

/** Packages of Debian and its descendants. */
export interface PackagesStep {
  kind: 'packages'
  packages: readonly string[]
}

/** Something that Tocsin can do itself. */
export interface ActionStep {
  kind: 'action'
  /** What will be done: `start the Docker engine`. */
  title: string
  /** How a user does it by hand. Begins with `sudo` when it takes root. */
  command: string
  needsRoot: boolean
  run: (progress: Progress, signal: AbortSignal) => Promise<void>
}

/** Something that only the user can do. */
export interface AdviceStep {
  kind: 'advice'
  text: string
}

export interface Progress {
  /** A line to keep. */
  say: (line: string) => void
  /** What is going on at the moment; shown on a terminal only, and overwritten. */
  status: (text: string) => void
}

export const found = (detail: string): Found => ({ ok: true, detail, steps: [] })

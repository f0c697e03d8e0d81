/** What the independent capture says of one trial. */
export interface Proof {
  /** Set for a process: then there is one thing to be found, the process itself, and times are its start and end. */
  subject?: 'process'
  /** Frames that the conversation has. */
  frames: number
  /** How many of them the capture holds, byte for byte, each counted once. */
  found: number
  /** When the capture saw the first and the last of them, milliseconds since the epoch with fraction; null when none. */
  firstAt: number | null
  lastAt: number | null
}

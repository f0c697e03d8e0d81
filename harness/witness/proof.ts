/** What the independent capture says of one trial. */
export interface Proof {
  /** Frames that the conversation has. */
  frames: number
  /** How many of them the capture holds, byte for byte, each counted once. */
  found: number
  /** When the capture saw the first and the last of them, milliseconds since the epoch with fraction; null when none. */
  firstAt: number | null
  lastAt: number | null
}

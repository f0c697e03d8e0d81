import type { LayerSpec } from '../../../generators/packets/stack.ts'

/** A packet that is wrong on purpose. */
export interface Malformed {
  name: string
  stack: LayerSpec[]
  /** Bytes after the Ethernet header. */
  size: number
  /** Digits that must be there, by offset in bytes after the Ethernet header. */
  at?: Record<number, string>
  /** What the decoder must say. */
  problem: RegExp
}

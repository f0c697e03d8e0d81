import type { Side } from '../../generators/conversation/conversation.ts'

/** Why a field stands out. */
export interface Mark {
  /**
   * `wrong`: the rest of the packet or of the conversation says that it should be otherwise.
   * `unusual`: nothing contradicts it, but the scenario sets it, and the benign twin never has it.
   */
  kind: 'wrong' | 'unusual'
  /** A clause without a full stop. */
  why: string
  /** What it should be, in the same form as the value; absent where there is no one right value. */
  right?: unknown
  /** Value less right value, where both are numbers. */
  difference?: number
}

export interface AnalysedField {
  name: string
  /** As `decodeStack` reads it; bytes as an array of bytes. */
  value: unknown
  /** The name that stands for the number; absent where none does. */
  meaning?: string
  /** A TCP number counted from the side's first one. */
  relative?: number
  mark?: Mark
}

export interface AnalysedLayer {
  name: string
  title: string
  /** Where its bytes are laid out. */
  rfc: string
  /** In bytes from the start of the frame. */
  offset: number
  length: number
  fields: AnalysedField[]
  /** What is wrong with it that no single field shows, in words. */
  problems: string[]
}

export interface AnalysedFrame {
  /** Counts from 1. */
  number: number
  from: Side
  note: string
  /** Where in the generator's parameters it comes from, `steps[3].segment`; absent where that is not told. */
  path?: string
  /** Milliseconds to the frame before. */
  delayMs: number
  bytes: Uint8Array
  layers: AnalysedLayer[]
  /** What is unusual about the frame as a whole, in words; null when nothing is. */
  unusual: string | null
}

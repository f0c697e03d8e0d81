import type { PackedFrames } from './packed-frames.ts'
import type { Frame, Side } from './conversation.ts'

/** Frames that one side sends in one go. */
export interface FrameBatch {
  from: Side
  /** Milliseconds to wait before the first. */
  delay: number
  /** Place of the first frame in the conversation. */
  start: number
  frames: PackedFrames
}

/** A batch is full with so many frames or bytes: what an agent sends in a few system calls. */
const batchFrames = 8192
const batchBytes = 1920 * 1024

/** Notes where the frames of a batch lie. Its own memory is used for batch after batch. */
export class Gathering {
  readonly #starts = new Uint32Array(batchFrames)
  readonly #lengths = new Uint32Array(batchFrames)
  #first: Pick<FrameBatch, 'from' | 'delay' | 'start'> = { from: 'client', delay: 0, start: 0 }
  /** Frames of the conversation that came before. */
  #place = 0
  count = 0
  /** From the first frame's first byte to the last one's last. */
  bytes = 0

  /** Whether a frame may still go with those that are there. */
  takes(from: Side, delay: number): boolean {
    return this.count === 0 || (from === this.#first.from && delay === 0 && this.count < batchFrames)
  }

  /** @param start where it begins, counted from the first frame of the batch */
  add(from: Side, delay: number, start: number, length: number): void {
    if (this.count === 0) this.#first = { from, delay, start: this.#place }
    this.#starts[this.count] = start
    this.#lengths[this.count] = length
    this.count += 1
    this.bytes = start + length
  }

  /** The batch, whose first frame begins at a place in memory; the next frame begins another. */
  batch(memory: Uint8Array, at: number): FrameBatch {
    const { count } = this
    const bytes = memory.subarray(at, at + this.bytes)
    this.#place += count
    this.count = 0
    this.bytes = 0
    const frames = { bytes, starts: this.#starts.subarray(0, count), lengths: this.#lengths.subarray(0, count) }
    return { ...this.#first, frames }
  }
}

/**
 * Frames that one side may send together, in pieces that are neither too many nor too large. The memory of a batch is that of the
 * next one.
 */
export function* batches(frames: Iterable<Frame>): Generator<FrameBatch> {
  const memory = new Uint8Array(batchBytes)
  const gathering = new Gathering()
  for (const { from, bytes, delay = 0 } of frames) {
    if (!gathering.takes(from, delay) || gathering.bytes + bytes.length > batchBytes) yield gathering.batch(memory, 0)
    const start = gathering.bytes
    memory.set(bytes, start)
    gathering.add(from, delay, start, bytes.length)
  }
  if (gathering.count > 0) yield gathering.batch(memory, 0)
}

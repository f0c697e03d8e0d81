/** Frames behind one another in one piece of memory. */
export interface PackedFrames {
  bytes: Uint8Array
  /** Of each frame, bytes; together no more than there are. */
  lengths: Uint32Array
}

/**
 * Copies frames behind one another.
 * @param memory where to, if they fit into it; else, and when absent, into memory of their own
 */
export function pack(frames: readonly Uint8Array[], memory?: Uint8Array): PackedFrames {
  const lengths = Uint32Array.from(frames, ({ length }) => length)
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const bytes = memory !== undefined && total <= memory.length ? memory.subarray(0, total) : new Uint8Array(total)
  let at = 0
  for (const frame of frames) {
    bytes.set(frame, at)
    at += frame.length
  }
  return { bytes, lengths }
}

/** The frames one by one; they share the memory. */
export function unpack({ bytes, lengths }: PackedFrames): Uint8Array[] {
  let at = 0
  return Array.from(lengths, (length) => {
    at += length
    return bytes.subarray(at - length, at)
  })
}

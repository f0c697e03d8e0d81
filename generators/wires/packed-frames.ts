/** Frames behind one another in one piece of memory. */
export interface PackedFrames {
  bytes: Uint8Array
  /** Of each frame, bytes; together no more than there are. */
  lengths: Uint32Array
}

/** Copies frames behind one another. */
export function pack(frames: readonly Uint8Array[]): PackedFrames {
  const lengths = Uint32Array.from(frames, ({ length }) => length)
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0))
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

/** As `unpack`, in memory of their own: for who needs them longer than the pack's memory lasts. */
export function unpackCopy({ bytes, lengths }: PackedFrames): Uint8Array[] {
  return unpack({ bytes: bytes.slice(), lengths })
}

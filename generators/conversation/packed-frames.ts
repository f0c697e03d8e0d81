/** Frames in one piece of memory, one behind the other; between them may be something else. */
export interface PackedFrames {
  /** From the first frame's first byte to the last one's last. */
  bytes: Uint8Array
  /** Where each begins in it, ascending. */
  starts: Uint32Array
  /** Of each frame, bytes. */
  lengths: Uint32Array
}

/** Copies frames behind one another. */
export function pack(frames: readonly Uint8Array[]): PackedFrames {
  const lengths = Uint32Array.from(frames, ({ length }) => length)
  const starts = new Uint32Array(frames.length)
  let at = 0
  for (let index = 0; index < frames.length; index++) {
    starts[index] = at
    at += lengths[index] as number
  }
  const bytes = new Uint8Array(at)
  for (const [index, frame] of frames.entries()) bytes.set(frame, starts[index])
  return { bytes, starts, lengths }
}

/** The frames one by one; they share the memory. */
export function unpack({ bytes, starts, lengths }: PackedFrames): Uint8Array[] {
  return Array.from(starts, (start, index) => bytes.subarray(start, start + (lengths[index] as number)))
}

/** As `unpack`, in memory of their own: for who needs them longer than the pack's memory lasts. */
export function unpackCopy({ bytes, starts, lengths }: PackedFrames): Uint8Array[] {
  return unpack({ bytes: bytes.slice(), starts, lengths })
}

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { PackedFrames } from '../wires/packed-frames.ts'
import { frameFileMark, type StoredFrames } from './protocol.ts'

/** A file that the harness writes frames into and an agent reads them from. */
export interface FrameFile {
  /**
   * The frames of one request. They are valid until the next call.
   * @throws Error when the file is too short, or holds another request or other frames there
   */
  read(id: number, stored: StoredFrames): PackedFrames
  close(): void
}

const leastMemory = 1 << 20

/**
 * Opens it for reading; null when there is no such file, say because the engine runs on another machine.
 * @param into where frames are read to, if they fit
 */
export function openFrameFile(path: string, into: Uint8Array | null = null): FrameFile | null {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY)
  } catch {
    return null
  }
  if (!fstatSync(fd).isFile()) {
    closeSync(fd)
    return null
  }
  let memory = into ?? new Uint8Array(leastMemory)
  return {
    read(id, { offset, frames, bytes }) {
      const start = frameFileMark + frames * 4
      const length = start + bytes
      if (length > memory.length) memory = new Uint8Array(length)
      for (let filled = 0; filled < length; ) {
        const read = readSync(fd, memory, filled, length - filled, offset + filled)
        if (read === 0) throw new Error(`${path} ends at byte ${offset + filled}, inside request ${id}`)
        filled += read
      }
      const found = new DataView(memory.buffer, memory.byteOffset).getFloat64(0, true)
      if (found !== id) throw new Error(`${path} holds request ${found} at byte ${offset}, not ${id}`)
      const lengths = new Uint32Array(memory.buffer, memory.byteOffset + frameFileMark, frames)
      let sum = 0
      for (let index = 0; index < frames; index++) sum += lengths[index] as number
      if (sum !== bytes) throw new Error(`${path} holds ${sum} bytes of frames for request ${id}, not ${bytes}`)
      return { bytes: memory.subarray(start, length), lengths }
    },
    close: () => closeSync(fd),
  }
}

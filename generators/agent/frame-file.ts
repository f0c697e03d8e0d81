import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { frameFileMark } from './protocol.ts'

/** A file that the harness writes frames into and an agent reads them from. */
export interface FrameFile {
  /**
   * The frames of one request, as they would travel behind its line. Valid until the next call.
   * @throws Error when the file is too short or holds another request there
   */
  read(id: number, offset: number, bytes: number): Uint8Array
  close(): void
}

const leastMemory = 65_536

/** Opens it for reading; null when there is no such file, say because the engine runs on another machine. */
export function openFrameFile(path: string): FrameFile | null {
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
  let memory = new Uint8Array(0)
  return {
    read(id, offset, bytes) {
      const length = frameFileMark + bytes
      if (length > memory.length) memory = new Uint8Array(Math.max(length, leastMemory))
      for (let filled = 0; filled < length; ) {
        const read = readSync(fd, memory, filled, length - filled, offset + filled)
        if (read === 0) throw new Error(`${path} ends at byte ${offset + filled}, but request ${id} has ${bytes} bytes`)
        filled += read
      }
      const found = new DataView(memory.buffer).getFloat64(0, true)
      if (found !== id) throw new Error(`${path} holds request ${found} at byte ${offset}, not ${id}`)
      return memory.subarray(frameFileMark, length)
    },
    close: () => closeSync(fd),
  }
}

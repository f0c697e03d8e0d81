import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { libc, viewOf } from '../wires/libc.ts'
import type { PackedFrames } from '../wires/wire.ts'
import { frameFileMark, frameTableBytes, type StoredFrames } from './protocol.ts'

/** A file that the harness writes frames into and an agent sends them from: it is part of the agent's memory. */
export interface FrameFile {
  readonly memory: Uint8Array
  /**
   * Where the frames of one request lie. They are valid until it is answered.
   * @throws Error when the file is too short, or holds another request or other frames there
   */
  read(id: number, stored: StoredFrames): PackedFrames
  close(): void
}

const readAndWrite = 3
const shared = 1

/** Null when there is no such file, say because the engine runs on another machine, or it cannot be mapped. */
export function openFrameFile(path: string): FrameFile | null {
  const mapped = mappedFile(path)
  if (mapped === null) return null
  return {
    memory: mapped.memory,
    read(id, { offset, frames, bytes }) {
      const memory = mapped.memory.subarray(offset)
      const start = frameFileMark + frames * frameTableBytes
      if (start + bytes > memory.length)
        throw new Error(`${path} ends at byte ${mapped.memory.length}, inside request ${id}`)
      const found = new DataView(memory.buffer, memory.byteOffset).getFloat64(0, true)
      if (found !== id) throw new Error(`${path} holds request ${found} at byte ${offset}, not ${id}`)
      const table = memory.byteOffset + frameFileMark
      const starts = new Uint32Array(memory.buffer, table, frames)
      const lengths = new Uint32Array(memory.buffer, table + starts.byteLength, frames)
      let end = 0
      for (let index = 0; index < frames; index++)
        end = Math.max(end, (starts[index] as number) + (lengths[index] as number))
      if (end !== bytes) throw new Error(`${path} holds ${end} bytes of frames for request ${id}, not ${bytes}`)
      return { bytes: memory.subarray(start, start + bytes), starts, lengths }
    },
    close: mapped.unmap,
  }
}

function mappedFile(path: string): { memory: Uint8Array; unmap: () => void } | null {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDWR)
  } catch {
    return null
  }
  try {
    const c = libc()
    const { size } = fstatSync(fd)
    const address = c.mmap(0, size, readAndWrite, shared, fd, 0)
    if (Number(address) === -1) return null
    return { memory: new Uint8Array(viewOf(address, size)), unmap: () => void c.munmap(address, size) }
  } finally {
    closeSync(fd)
  }
}

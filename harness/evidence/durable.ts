import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What a file is made of: at once, or piece by piece. */
export type Content = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** Writes a new file, makes its folder, and returns when the disk has it. */
export async function writeDurably(path: string, content: Content): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const handle = await open(path, 'wx')
  try {
    if (typeof content === 'string' || content instanceof Uint8Array) await writeAll(handle, content)
    else for await (const piece of content) await writeAll(handle, piece)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Returns when the disk has the folder's entries: files made in it, renamed in or out of it. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Joins lines into pieces of about 64 KiB, so that a file of a million lines costs neither a call a line nor its whole size. */
export async function* inPieces(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  let piece = ''
  for await (const line of lines) {
    piece += line
    if (piece.length >= 65_536) {
      yield piece
      piece = ''
    }
  }
  if (piece) yield piece
}

async function writeAll(handle: FileHandle, piece: string | Uint8Array): Promise<void> {
  await handle.appendFile(piece)
}

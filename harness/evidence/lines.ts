import { open } from 'node:fs/promises'

const lineFeed = 0x0a
/** Bytes read at once. More costs time: memory that is new to the process is slow to touch. */
const readAtOnce = 1 << 18

/**
 * Cuts UTF-8 that comes in chunks into its lines, at line feeds alone: readline also ends them at U+2028, which a JSON
 * string may hold. A last line without a line feed is one too. A chunk may be overwritten once the next is asked for.
 */
export async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array[] = []
  for await (const given of chunks) {
    const chunk = Buffer.from(given.buffer, given.byteOffset, given.length)
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      if (rest.length === 0) yield chunk.toString('utf8', start, end)
      else {
        yield Buffer.concat([...rest, chunk.subarray(start, end)]).toString()
        rest = []
      }
      start = end + 1
    }
    if (start < chunk.length) rest.push(Buffer.from(chunk.subarray(start)))
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString()
}

/** The lines of a file, as `textLines` cuts them. @throws the errors of `node:fs` */
export function fileLines(path: string): AsyncGenerator<string> {
  return textLines(fileChunks(path))
}

/** Each chunk is the same memory. */
async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  try {
    const memory = Buffer.allocUnsafeSlow(readAtOnce)
    for (;;) {
      const { bytesRead } = await file.read(memory, 0, memory.length, null)
      if (bytesRead === 0) return
      yield memory.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

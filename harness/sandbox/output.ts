import { PassThrough, type Readable } from 'node:stream'

const headerLength = 8

/** What a container without a terminal prints, split in two. Both must be read, or both stand still. */
export interface Output {
  stdout: Readable
  stderr: Readable
}

/**
 * Splits the engine's multiplexed stream (8-byte header: stream number, three zeros, length big-endian) and holds the
 * source back when a reader is slow.
 */
export function splitOutput(source: Readable): Output {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  let header = Buffer.alloc(0)
  let target = stdout
  let left = 0

  source.on('data', (chunk: Buffer) => {
    let rest = chunk
    while (rest.length > 0) {
      if (left === 0) {
        const part = rest.subarray(0, headerLength - header.length)
        header = Buffer.concat([header, part])
        rest = rest.subarray(part.length)
        if (header.length < headerLength) return
        target = header[0] === 2 ? stderr : stdout
        left = header.readUInt32BE(4)
        header = Buffer.alloc(0)
        continue
      }
      const body = rest.subarray(0, left)
      left -= body.length
      rest = rest.subarray(body.length)
      if (!target.write(body) && !source.isPaused()) {
        source.pause()
        target.once('drain', () => source.resume())
      }
    }
  })
  const end = () => {
    stdout.end()
    stderr.end()
  }
  source.once('end', end)
  source.once('close', end)
  source.once('error', end)
  return { stdout, stderr }
}

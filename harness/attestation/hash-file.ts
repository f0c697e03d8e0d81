import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../errors.ts'

/** One file of a run folder: its path from there with `/` between, bytes, and SHA-256 in hex. */
export interface ManifestFile {
  path: string
  size: number
  sha256: string
}

/** Bytes that are read at a time. */
const pieceLength = 1 << 18
/** Files that are read at the same time: while one is hashed, the system reads on in the others. */
const filesAtOnce = 4

const privateKey = /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/

/** Hashes one file of a run folder. @throws InputError when it is a private key */
export async function hashFile(directory: string, path: string): Promise<ManifestFile> {
  return hashed(directory, path, newBuffers())
}

/** Hashes files of a run folder, in the order given. @throws InputError when one is a private key */
export async function hashFiles(directory: string, paths: readonly string[]): Promise<ManifestFile[]> {
  const files: ManifestFile[] = []
  const queue = paths.entries()
  const worker = async () => {
    const buffers = newBuffers()
    for (const [place, path] of queue) files[place] = await hashed(directory, path, buffers)
  }
  await Promise.all(Array.from({ length: Math.min(filesAtOnce, paths.length) }, worker))
  return files
}

type Buffers = [now: Buffer, next: Buffer]

function newBuffers(): Buffers {
  return [Buffer.allocUnsafeSlow(pieceLength), Buffer.allocUnsafeSlow(pieceLength)]
}

/** One piece is hashed while the next one is read. */
async function hashed(directory: string, path: string, [now, next]: Buffers): Promise<ManifestFile> {
  const hash = createHash('sha256')
  const file = await open(join(directory, path))
  try {
    let size = 0
    let { bytesRead } = await file.read(now, 0, pieceLength, 0)
    if (privateKey.test(now.toString('latin1', 0, Math.min(64, bytesRead))))
      throw new InputError(`${join(directory, path)}: is a private key; it must never be in a run folder`)
    while (bytesRead > 0) {
      const reading = file.read(next, 0, pieceLength, size + bytesRead)
      hash.update(now.subarray(0, bytesRead))
      size += bytesRead
      ;({ bytesRead } = await reading)
      ;[now, next] = [next, now]
    }
    return { path, size, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

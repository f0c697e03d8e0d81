import type { Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** How many bytes before the place of reading are read again, to notice that the file was cut and written anew. */
const remembered = 64
const chunkBytes = 128 * 1024

/** An open file that others write to, and how far it has been read. It stays the same file when it is renamed. */
export class FileReader implements AsyncDisposable {
  readonly #file: FileHandle
  readonly #id: { dev: number; ino: number }
  readonly #buffer = Buffer.allocUnsafe(chunkBytes)
  #place: number
  #before: Buffer = Buffer.alloc(0)

  private constructor(file: FileHandle, id: { dev: number; ino: number }, place: number) {
    this.#file = file
    this.#id = id
    this.#place = place
  }

  /** @throws the system's error, or one with code `EISDIR` or `ENOTFILE` for what cannot be followed. */
  static async open(path: string, from: 'start' | 'end'): Promise<FileReader> {
    const file = await open(path, 'r')
    try {
      const stats = await file.stat()
      if (!stats.isFile()) throw Object.assign(new Error('not a regular file'), { code: 'ENOTFILE' })
      const reader = new FileReader(file, stats, from === 'end' ? stats.size : 0)
      await reader.#remember()
      return reader
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** Bytes read or passed over so far; the file's size when it was opened at its end. */
  get place(): number {
    return this.#place
  }

  /** True when reading starts in the middle of a line. */
  get isInsideLine(): boolean {
    return this.#before.length > 0 && this.#before.at(-1) !== 10
  }

  is(stats: Stats): boolean {
    return stats.ino === this.#id.ino && stats.dev === this.#id.dev
  }

  /**
   * The next bytes, empty at the end of the file; valid until the next read. Null when what was read before is no longer
   * there: the file was cut, and perhaps has grown past our place since. Reading then goes on at its beginning.
   */
  async read(): Promise<Buffer | null> {
    const overlap = this.#before.length
    const { bytesRead } = await this.#file.read(this.#buffer, 0, chunkBytes, this.#place - overlap)
    if (bytesRead < overlap || !this.#buffer.subarray(0, overlap).equals(this.#before)) {
      this.#place = 0
      this.#before = Buffer.alloc(0)
      return null
    }
    this.#place += bytesRead - overlap
    this.#before = Buffer.from(this.#buffer.subarray(Math.max(0, bytesRead - remembered), bytesRead))
    return this.#buffer.subarray(overlap, bytesRead)
  }

  async #remember(): Promise<void> {
    const length = Math.min(remembered, this.#place)
    const before = Buffer.alloc(length)
    const { bytesRead } = await this.#file.read(before, 0, length, this.#place - length)
    this.#before = before.subarray(0, bytesRead)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}

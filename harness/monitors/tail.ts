import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MonitorError } from '../errors.ts'
import { FileReader } from './file-reader.ts'
import { type FileWatch, watchFile } from './file-watch.ts'
import { createLineSplitter, type LineSplitter } from './line-splitter.ts'

export interface TailOptions {
  path: string
  /** Where to begin in a file that is there already. One that appears later is read whole. */
  from: 'start' | 'end'
  signal: AbortSignal
  /** Told in a plain sentence what was lost. */
  report: (problem: string) => void
  /** Milliseconds between looks at the file where the file system tells nothing. */
  checkEveryMs?: number
  /** Longest line in bytes; a longer one is dropped and reported. */
  longestLine?: number
}

/** The lines of a file that others write, rotate, cut and delete. */
export interface Tail extends AsyncDisposable {
  /**
   * Complete lines in batches, as soon as they are there. Ends after `end` or when the signal fires. To be called once.
   * @throws MonitorError when the file can no longer be followed.
   */
  lines(): AsyncIterable<string[]>
  /** The file will not grow any more: its last line counts even without a line end. */
  end(): void
}

/**
 * Follows a file by name. The place to begin at is taken here and now.
 * @throws MonitorError when the directory is not there, or the file may not be read or is no regular file.
 */
export async function openTail(options: TailOptions): Promise<Tail> {
  const { path, from, signal, checkEveryMs = 1000 } = options
  signal.throwIfAborted()
  let watch: FileWatch
  try {
    const onBlind = (reason: string) =>
      options.report(`changes of ${path} are only noticed every ${checkEveryMs} ms: ${reason}`)
    watch = watchFile(path, checkEveryMs, onBlind)
  } catch (error) {
    throw unreadable(path, error)
  }
  try {
    return new FollowedFile(options, watch, await openIfThere(path, from))
  } catch (error) {
    watch[Symbol.dispose]()
    throw error
  }
}

class FollowedFile implements Tail {
  readonly #options: TailOptions
  readonly #watch: FileWatch
  readonly #splitter: LineSplitter
  readonly #onAbort = () => this.#watch.wake()
  #reader: FileReader | null
  #ended = false

  constructor(options: TailOptions, watch: FileWatch, reader: FileReader | null) {
    const { path, longestLine = 16 << 20, report } = options
    this.#options = options
    this.#watch = watch
    this.#reader = reader
    this.#splitter = createLineSplitter(longestLine, () =>
      report(`a line of ${path} is longer than ${longestLine} bytes and was left out`),
    )
    if (reader?.isInsideLine) this.#splitter.skipToLineEnd()
    options.signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  end(): void {
    this.#ended = true
    this.#watch.wake()
  }

  async *lines(): AsyncGenerator<string[]> {
    const { path, signal } = this.#options
    try {
      while (!signal.aborted) {
        // Read before the file is: what was written before `end` was called is then read in this round.
        const last = this.#ended
        yield* this.#readOn()
        while (!signal.aborted && (await this.#isReplaced(last))) {
          // The writer has the new file by now, so this is the last that the old one got.
          yield* this.#readOn()
          await this.#replace()
          yield* this.#readOn()
        }
        if (last) {
          const rest = this.#splitter.rest()
          if (rest !== null && !signal.aborted) yield [rest]
          return
        }
        await this.#watch.changed()
      }
    } catch (error) {
      throw unreadable(path, error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.signal.removeEventListener('abort', this.#onAbort)
    this.#ended = true
    this.#watch[Symbol.dispose]()
    const reader = this.#reader
    this.#reader = null
    await reader?.[Symbol.asyncDispose]()
  }

  async *#readOn(): AsyncGenerator<string[]> {
    const { path, signal, report } = this.#options
    while (!signal.aborted && this.#reader) {
      const bytes = await this.#reader.read()
      if (bytes === null) {
        this.#dropRest()
        report(`${path} was cut and written anew; what was written just before may be lost`)
        continue
      }
      if (bytes.length === 0) return
      const lines = this.#splitter.push(bytes)
      if (lines.length > 0) yield lines
    }
  }

  /**
   * Whether the name belongs to another file now. One that is still empty does not count: after a rotation the writer
   * may go on with the old file until it is told to open the new one.
   */
  async #isReplaced(last: boolean): Promise<boolean> {
    const { path } = this.#options
    const now = await statIfThere(path)
    if (now !== null) return this.#reader === null || (now.size > 0 && !this.#reader.is(now))
    if (!last && (await statIfThere(dirname(path))) === null) throw new MonitorError(`${dirname(path)} was removed`)
    return false
  }

  async #replace(): Promise<void> {
    const next = await openIfThere(this.#options.path, 'start')
    if (next === null) return
    this.#dropRest()
    const old = this.#reader
    this.#reader = next
    await old?.[Symbol.asyncDispose]()
  }

  #dropRest(): void {
    const rest = this.#splitter.rest()
    if (rest !== null) this.#options.report(`a line of ${this.#options.path} was never finished: ${excerpt(rest)}`)
  }
}

/**
 * Bytes that a file has, null when it is not there yet.
 * @throws MonitorError when it could not be followed.
 */
export async function fileSize(path: string): Promise<number | null> {
  await using reader = await openIfThere(path, 'end')
  if (reader !== null) return reader.place
  if ((await statIfThere(dirname(path))) === null)
    throw unreadable(path, Object.assign(new Error(), { code: 'ENOENT' }))
  return null
}

async function openIfThere(path: string, from: 'start' | 'end'): Promise<FileReader | null> {
  try {
    return await FileReader.open(path, from)
  } catch (error) {
    if (isMissing(error)) return null
    throw unreadable(path, error)
  }
}

async function statIfThere(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

/** Says in words why a file cannot be followed, and what to do. */
function unreadable(path: string, error: unknown): MonitorError {
  if (error instanceof MonitorError) return error
  const { code, message } = error as NodeJS.ErrnoException
  const reasons: Record<string, string> = {
    ENOENT: `there is no directory ${dirname(path)}; create it or correct the path`,
    ENOTDIR: `${dirname(path)} is not a directory; correct the path`,
    EACCES: 'permission denied; let this user read it, for example through the group that owns it',
    EISDIR: 'it is a directory; name the file in it',
    ENOTFILE: 'it is not a regular file',
  }
  return new MonitorError(`${path} cannot be read: ${reasons[code ?? ''] ?? message}`, { cause: error })
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)
}

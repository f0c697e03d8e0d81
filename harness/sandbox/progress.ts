import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** A build, a pull or an import that the engine gave up on; the message is the engine's. */
export class EngineFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EngineFailure'
  }
}

/**
 * Reads the JSON lines by which the engine tells how a long task goes, until the task has ended.
 * @param onText called with what a person would read
 * @param signal ends the task: the engine stops when nobody listens
 * @throws EngineFailure when the task failed; the signal's reason.
 */
export async function followProgress(
  stream: Readable,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
  const abort = () => stream.destroy()
  let failure: string | null = null
  let isWhole = false
  stream.once('end', () => {
    isWhole = true
  })
  stream.on('error', () => undefined)
  // A connection that breaks ends the stream without its end, which readline alone would wait for.
  stream.once('close', () => lines.close())
  try {
    signal.addEventListener('abort', abort, { once: true })
    signal.throwIfAborted()
    for await (const line of lines) {
      const { text, error } = parse(line)
      if (text !== '') onText(text)
      failure ??= error
    }
  } catch (error) {
    signal.throwIfAborted()
    throw new EngineFailure('the connection to the engine broke', { cause: error })
  } finally {
    signal.removeEventListener('abort', abort)
  }
  signal.throwIfAborted()
  if (failure !== null) throw new EngineFailure(failure)
  if (!isWhole) throw new EngineFailure('the connection to the engine broke')
}

function parse(line: string): { text: string; error: string | null } {
  try {
    const { stream, status, id, error } = JSON.parse(line) as Record<string, unknown>
    if (typeof error === 'string') return { text: error, error }
    if (typeof stream === 'string') return { text: stream.trimEnd(), error: null }
    if (typeof status === 'string') return { text: typeof id === 'string' ? `${id}: ${status}` : status, error: null }
    return { text: '', error: null }
  } catch {
    return { text: line, error: null }
  }
}

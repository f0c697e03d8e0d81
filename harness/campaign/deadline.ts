/**
 * Waits for a promise no longer than a deadline and a signal allow.
 * @throws the signal's reason, or what `late` makes when the time is over.
 */
export async function within<T>(promise: Promise<T>, ms: number, signal: AbortSignal, late: () => Error): Promise<T> {
  signal.throwIfAborted()
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(late()), ms)
        onAbort = () => reject(signal.reason)
        signal.addEventListener('abort', onAbort, { once: true })
      }),
    ])
  } finally {
    clearTimeout(timer)
    if (onAbort) signal.removeEventListener('abort', onAbort)
  }
}

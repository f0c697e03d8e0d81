/**
 * Waits for a promise no longer than a deadline and a signal allow. The promise itself goes on; that it may fail later
 * is no unhandled rejection.
 * @throws the signal's reason, or what `late` makes when the time is over.
 */
export async function patiently<T>(
  promise: Promise<T>,
  { ms, signal, late }: { ms: number; signal: AbortSignal; late: () => Error },
): Promise<T> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(late()), ms)
  const either = AbortSignal.any([signal, over.signal])
  let abort = () => {}
  try {
    return await new Promise<T>((resolve, reject) => {
      abort = () => reject(either.reason)
      either.addEventListener('abort', abort, { once: true })
      if (either.aborted) abort()
      promise.then(resolve, reject)
    })
  } finally {
    clearTimeout(timer)
    either.removeEventListener('abort', abort)
  }
}

/** Longest wait for the engine to carry out a short request, milliseconds. A loaded one takes some seconds. */
const engineDeadline = 60_000

/** An engine's answer to a short request. @throws Error when none comes in time, so that nothing hangs on a lost engine. */
export function answered<T>(request: Promise<T>): Promise<T> {
  return patiently(request, {
    ms: engineDeadline,
    signal: new AbortController().signal,
    late: () => new Error(`the engine did not answer within ${engineDeadline / 1000} s`),
  })
}

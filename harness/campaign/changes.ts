/** Lets a waiter sleep until a condition that others change holds: no polling, one check for each change. */
export class Changes {
  #waiting = new Set<() => void>()

  /** Something changed: waiters look again. */
  notify(): void {
    for (const check of this.#waiting) check()
  }

  /**
   * Resolves with true as soon as `condition` holds, or with false after `ms` or when the signal fires.
   * The condition is looked at once at the start and after every `notify`.
   */
  until(condition: () => boolean, ms: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (result: boolean) => {
        clearTimeout(timer)
        this.#waiting.delete(check)
        signal.removeEventListener('abort', onAbort)
        resolve(result)
      }
      const check = () => {
        if (condition()) end(true)
      }
      const onAbort = () => end(condition())
      const timer = setTimeout(() => end(condition()), ms)
      this.#waiting.add(check)
      signal.addEventListener('abort', onAbort, { once: true })
      if (signal.aborted) onAbort()
      else check()
    })
  }
}

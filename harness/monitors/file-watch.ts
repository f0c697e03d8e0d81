import { type FSWatcher, realpathSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Says when a file may have changed: at once where the system tells (inotify), and now and then where it does not. */
export interface FileWatch extends Disposable {
  /** Resolves when something may have changed since the last time this resolved, or `wake` was called. */
  changed(): Promise<void>
  wake(): void
}

/**
 * Watches the directory of a file, which need not exist yet, also under names that it gets when it is rotated.
 * @param checkEveryMs For network file systems, which tell nothing of what other machines write.
 * @throws the system's error when the directory cannot be watched.
 */
export function watchFile(path: string, checkEveryMs: number, onBlind: (reason: string) => void): FileWatch {
  let pending = true
  let resolve: (() => void) | null = null
  const wake = () => {
    pending = true
    resolve?.()
  }
  const watchers = placesOf(path).map((place) => {
    const name = basename(place)
    return watchDirectory(dirname(place), onBlind, (changed) => {
      if (changed === null || changed.startsWith(name)) wake()
    })
  })
  const timer = setInterval(wake, checkEveryMs)
  return {
    wake,
    async changed() {
      if (!pending) {
        await new Promise<void>((done) => {
          resolve = done
        })
      }
      resolve = null
      pending = false
    },
    [Symbol.dispose]() {
      clearInterval(timer)
      for (const watcher of watchers) watcher?.close()
      wake()
    },
  }
}

/** The path itself, and where it leads if it is a link: what is written is told of there. */
function placesOf(path: string): string[] {
  try {
    const real = realpathSync(path)
    return dirname(real) === dirname(path) ? [path] : [path, real]
  } catch {
    return [path]
  }
}

/** Without a watch (none left on this machine, or an odd file system) only the regular check is left. */
function watchDirectory(
  directory: string,
  onBlind: (reason: string) => void,
  onChange: (name: string | null) => void,
): FSWatcher | null {
  try {
    const watcher = watch(directory, (_, name) => onChange(name))
    watcher.on('error', (error) => onBlind(error.message))
    return watcher
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error
    onBlind((error as Error).message)
    return null
  }
}

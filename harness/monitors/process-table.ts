/** What is known of a process by the time of one of its events. */
export interface KnownProcess {
  /** The command line that it was executed with. */
  arguments: string[]
  executable: string
  ppid: number
}

/**
 * The processes of a log, by container and process id. The command line that comes with an event of the kernel's audit is
 * that of a process's beginning, and cut; the one that it was executed with last is in the event of that execution.
 */
export class ProcessTable {
  readonly #processes = new Map<string, KnownProcess>()
  readonly #atMost: number

  /** @param atMost processes that are remembered; the longest known goes first */
  constructor(atMost = 65_536) {
    this.#atMost = atMost
  }

  /** A process has executed a program. */
  executed(container: string, pid: number, process: KnownProcess): void {
    const key = `${container} ${pid}`
    this.#processes.delete(key)
    this.#processes.set(key, process)
    if (this.#processes.size > this.#atMost) this.#processes.delete(this.#processes.keys().next().value as string)
  }

  /** A process by its id; null when it is not known. */
  find(container: string, pid: number): KnownProcess | null {
    return this.#processes.get(`${container} ${pid}`) ?? null
  }

  /**
   * The process that an event is of. One that has executed nothing is as its parent was; one whose executable is another
   * has the id of a process of old.
   */
  of(container: string, event: { pid: number; ppid: number; executable: string }): KnownProcess | null {
    for (const pid of [event.pid, event.ppid]) {
      const known = this.find(container, pid)
      if (known?.executable === event.executable) return known
    }
    return null
  }
}

/** Counts lines that could not be read, and keeps the first for the message. */
export class JunkCount {
  #count = 0
  #first = ''
  readonly #what: string
  readonly #report: (message: string) => void

  /** @param what Names the source, `/var/log/suricata/eve.json`. */
  constructor(what: string, report: (message: string) => void) {
    this.#what = what
    this.#report = report
  }

  /** Reports the 1st, 10th, 100th and so on at once, so that a log is not flooded. */
  add(line: string): void {
    if (this.#count++ === 0) this.#first = line.length > 60 ? `${line.slice(0, 60)}...` : line
    if (Number.isInteger(Math.log10(this.#count))) this.#report(this.sentence())
  }

  get count(): number {
    return this.#count
  }

  sentence(): string {
    const lines = this.#count === 1 ? '1 line' : `${this.#count} lines`
    return `${lines} of ${this.#what} could not be read; the first: ${JSON.stringify(this.#first)}`
  }
}

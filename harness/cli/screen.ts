import type { Terminal } from './context.ts'
import { plain } from './progress.ts'

/** Messages that scroll, and below them, on a terminal, some lines that change in place. */
export class Screen {
  readonly #write: (text: string) => void
  readonly #terminal: Terminal
  #lines: string[] = []

  constructor(write: (text: string) => void, terminal: Terminal) {
    this.#write = write
    this.#terminal = terminal
  }

  /** Writes a message above the changing lines; it must end with a newline while there are any. */
  readonly log = (text: string): void => {
    this.#write(this.#cleared() + text + this.#lines.join('\n'))
  }

  /** Replaces the changing lines; longer ones are cut to the terminal's width. */
  readonly show = (lines: readonly string[]): void => {
    if (!this.#terminal.isTerminal) return
    const cleared = this.#cleared()
    this.#lines = lines.map((line) => fit(line, this.#terminal.columns - 1))
    this.#write(cleared + this.#lines.join('\n'))
  }

  #cleared(): string {
    if (this.#lines.length === 0) return ''
    const up = this.#lines.length > 1 ? `\x1b[${this.#lines.length - 1}A` : ''
    return `\r${up}\x1b[J`
  }
}

/** What others wrote must not steer the terminal; a wrapped line could not be taken back. */
function fit(line: string, width: number): string {
  const text = plain(line).replaceAll('\n', ' ')
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text
}

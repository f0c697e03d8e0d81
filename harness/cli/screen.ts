import type { Terminal } from './context.ts'
import { oneLine } from './progress.ts'

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
    if (this.#lines.length === 0) this.#write(text)
    else this.#redraw(text, this.#lines)
  }

  /** Replaces the changing lines; longer ones are cut to the terminal's width. */
  readonly show = (lines: readonly string[]): void => {
    if (!this.#terminal.isTerminal || this.#lines.length + lines.length === 0) return
    this.#redraw(
      '',
      lines.map((line) => fit(line, this.#terminal.columns - 1)),
    )
  }

  // Line by line: erasing all at once flickers, and some terminals keep what was erased in their history.
  #redraw(text: string, lines: string[]): void {
    const body = text + lines.join('\n')
    const before = this.#lines.length
    const left = Math.max(0, before - body.split('\n').length)
    this.#lines = lines
    this.#write(
      `\r${up(before - 1)}${body.replaceAll('\n', `${eraseRest}\n`)}${eraseRest}${`\n${eraseRest}`.repeat(left)}${up(left)}`,
    )
  }
}

/** ECMA-48 §8.3.41, EL: from the cursor to the end of the line. */
const eraseRest = '\x1b[K'

/** ECMA-48 §8.3.22, CUU. */
function up(lines: number): string {
  return lines > 0 ? `\x1b[${lines}A` : ''
}

/** What others wrote must not steer the terminal; a wrapped line could not be taken back. */
function fit(line: string, width: number): string {
  const text = oneLine(line)
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text
}

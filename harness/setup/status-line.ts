import { stripVTControlCharacters } from 'node:util'
import type { Progress } from './need.ts'

/** Progress on a stream: lines that stay and, on a terminal, one line below them that is overwritten. */
export function createProgress(
  write: (text: string) => void,
  terminal: { isTerminal: boolean; columns: number },
): Progress & { end: () => void } {
  let isShown = false
  const clear = () => {
    if (isShown) write('\r\x1b[K')
    isShown = false
  }
  return {
    say: (line) => {
      clear()
      write(`${line}\n`)
    },
    status: (text) => {
      // What a child program prints must not steer the terminal.
      const plain = stripVTControlCharacters(text)
        .replace(/\p{Cc}+/gu, ' ')
        .trim()
      if (!terminal.isTerminal || plain === '') return
      write(`\r\x1b[K${plain.slice(0, terminal.columns - 1)}`)
      isShown = true
    },
    end: clear,
  }
}

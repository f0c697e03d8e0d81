import type { Terminal } from './context.ts'

/** Text in lines that fit the terminal, all but the first indented; unchanged where it goes to a file or a pipe. */
export function wrap(text: string, terminal: Terminal, indent = 0, used = 0): string {
  if (!terminal.isTerminal) return text
  const width = Math.max(20, Math.min(terminal.columns, widest))
  const lines: string[] = []
  let line = ''
  let room = width - used
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line === '') line = word
    else if (line.length + 1 + word.length <= room) line += ` ${word}`
    else {
      lines.push(line)
      line = word
      room = width - indent
    }
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`)
}

/** Text is hard to read in longer lines, however wide the terminal is. */
const widest = 100

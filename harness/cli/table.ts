import type { Terminal } from './context.ts'

/** Rows as aligned columns under a heading; on a terminal the last column is cut to its width. Ends with a newline. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[], terminal: Terminal): string {
  const all = [heading, ...rows]
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]) => {
    const text = row
      .map((cell, column) => (column === heading.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
    return terminal.isTerminal && text.length > terminal.columns ? `${text.slice(0, terminal.columns - 1)}…` : text
  }
  const [first, ...rest] = all.map(line)
  return `${bold(first ?? '', terminal)}\n${rest.map((text) => `${text}\n`).join('')}`
}

/** Bold where colours are shown. */
export function bold(text: string, terminal: Terminal): string {
  return inColour(text, 1, terminal)
}

/** Faint where colours are shown. */
export function dim(text: string, terminal: Terminal): string {
  return inColour(text, 2, terminal)
}

/** With an SGR code of ECMA-48 §8.3.117 where colours are shown. */
export function inColour(text: string, code: number, terminal: Terminal): string {
  return terminal.colour ? `\x1b[${code}m${text}\x1b[0m` : text
}

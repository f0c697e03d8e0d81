import type { Terminal } from './context.ts'

/** Rows as aligned columns under a heading; on a terminal the last column is cut to its width. Ends with a newline. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[], terminal: Terminal): string {
  const all = [heading, ...rows]
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]) => {
    const text = row.map((cell, column) => (column === heading.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ')
    return terminal.isTerminal && text.length > terminal.columns ? `${text.slice(0, terminal.columns - 1)}…` : text
  }
  const [first, ...rest] = all.map(line)
  return `${bold(first ?? '', terminal)}\n${rest.map((text) => `${text}\n`).join('')}`
}

export function bold(text: string, terminal: Terminal): string {
  return terminal.colour ? `\x1b[1m${text}\x1b[0m` : text
}

export function dim(text: string, terminal: Terminal): string {
  return terminal.colour ? `\x1b[2m${text}\x1b[0m` : text
}

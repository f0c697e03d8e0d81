import { InputError } from '../errors.ts'
import type { Source } from './source.ts'

/** One thing that is wrong with a file the user wrote. */
export interface Problem {
  /** Offset into the file's text; null when the whole file is meant. */
  at: number | null
  message: string
}

const shown = 50

/**
 * One error for all problems of a file, a line each, in the order of the file: `a.yaml:14:7: message`.
 * Lines and columns count from 1. More than fifty problems are counted, not listed.
 */
export function inputError(source: Source, problems: readonly Problem[]): InputError {
  return new InputError(problemLines(source, problems).join('\n'))
}

/** The lines of `inputError`, for callers that join the problems of several files. */
export function problemLines(source: Source, problems: readonly Problem[]): string[] {
  const different = [...new Map(problems.map((problem) => [`${problem.at} ${problem.message}`, problem])).values()]
  const sorted = different.sort((a, b) => (a.at ?? -1) - (b.at ?? -1))
  const lines = sorted.slice(0, shown).map((problem) => `${place(source, problem.at)}: ${problem.message}`)
  const hidden = sorted.length - shown
  return hidden > 0 ? [...lines, `${source.file}: and ${hidden} more problems`] : lines
}

/** `a.yaml:14:7`, or the bare name when the whole file is meant. */
export function place(source: Source, at: number | null): string {
  if (at === null) return source.file
  const { line, column } = lineAndColumn(source.text, at)
  return `${source.file}:${line}:${column}`
}

/** Line and column of an offset, both from 1. A line ends with LF, CRLF or a lone CR, as in YAML 1.2 §5.4. */
export function lineAndColumn(text: string, at: number): { line: number; column: number } {
  let line = 1
  let start = 0
  for (const found of text.slice(0, at).matchAll(/\r\n|\r|\n/g)) {
    line += 1
    start = found.index + found[0].length
  }
  return { line, column: at - start + 1 }
}

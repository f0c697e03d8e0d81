import type { DoctorLine } from './doctor.ts'

const marks = {
  there: { text: 'ok', colour: '\x1b[32m' },
  missing: { text: 'missing', colour: '\x1b[31m' },
  neutral: { text: '-', colour: '\x1b[2m' },
} as const

/** Lays out what `doctor` found as text, one thing a line, with how to get what is missing below it. */
export function doctorTable(lines: readonly DoctorLine[], colour: boolean): string {
  const width = Math.max(...lines.map(({ title }) => title.length))
  const rows = lines.map((line) => {
    const mark = line.ok === null ? marks.neutral : line.ok ? marks.there : marks.missing
    const text = mark.text.padEnd(marks.missing.text.length)
    const purposes = line.ok === false ? ` (${line.why}; for ${line.for.join(', ')})` : ''
    const row = `${colour ? `${mark.colour}${text}\x1b[0m` : text}  ${line.title.padEnd(width)}  ${line.detail}${purposes}`
    const indent = ' '.repeat(marks.missing.text.length + width + 4)
    return line.get ? `${row}\n${indent}get it: ${line.get}` : row
  })
  return `${rows.join('\n')}\n`
}

/** What one benchmark found: samples of a rate or a time for each thing that was measured, in the same run. */
export interface BenchResult {
  title: string
  /** What the figures are, `frames/s`. */
  unit: string
  rows: readonly BenchRow[]
  /** Name of the row that ratios are against; absent: no ratios. */
  baseline?: string
  /** What was left out and why, and how it was measured. */
  notes: readonly string[]
  /** What must be shown, and whether it was; null when it could not be measured. */
  requirements: readonly { text: string; met: boolean | null }[]
}

export interface BenchRow {
  name: string
  /** At least one. */
  samples: readonly number[]
}

/** A result as aligned lines: name, median, min, max, ratio of medians to the baseline's, number of samples. */
export function formatBench({ title, unit, rows, baseline, notes, requirements }: BenchResult): string {
  const base = rows.find((row) => row.name === baseline)
  const cells = rows.map(({ name, samples }) => [
    name,
    format(median(samples)),
    format(Math.min(...samples)),
    format(Math.max(...samples)),
    base ? `${(median(samples) / median(base.samples)).toPrecision(3)}x` : '-',
    String(samples.length),
  ])
  const lines = [['', 'median', 'min', 'max', 'ratio', 'n'], ...cells]
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? []
  const aligned = lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
  const word = (met: boolean | null) => (met === null ? 'not measured' : met ? 'met' : 'NOT MET')
  return [
    `${title} (${unit})`,
    ...aligned,
    ...requirements.map(({ text, met }) => `${word(met)}: ${text}`),
    ...notes.map((note) => `note: ${note}`),
    '',
  ].join('\n')
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle - 0.5)] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
}

function format(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}

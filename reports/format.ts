import type { Rate } from '../harness/evidence/figures.ts'

/** `84.4%`. Never 100% or 0% by rounding alone. */
export function percent(share: number): string {
  if (share <= 0) return '0%'
  if (share >= 1) return '100%'
  return `${Math.min(99.9, Math.max(0.1, share * 100)).toFixed(1)}%`
}

/** `38 of 45 (84.4%; 95% interval 71.2% to 92.3%)`, or `not measured`. */
export function rate({ k, n, interval }: Rate): string {
  return interval ? `${k} of ${n} (${percent(k / n)}; 95% interval ${between(interval)})` : 'not measured'
}

/** `71.2% to 92.3%`. */
export function between({ low, high }: { low: number; high: number }): string {
  return `${percent(low)} to ${percent(high)}`
}

/** Milliseconds in the unit that suits: `6.6 ms`, `1.24 s`, `2 min 5 s`. */
export function time(ms: number): string {
  if (ms < 0) return `−${time(-ms)}`
  if (ms < 99.95) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_995) return `${(ms / 1000).toFixed(2).replace(/\.?0+$/, '')} s`
  const seconds = Math.round(ms / 1000)
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** `2026-11-24 04:45:12.345 UTC` of an ISO time. */
export function moment(iso: string): string {
  return iso.replace('T', ' ').replace(/Z$/, ' UTC')
}

/** `1 trial`, `2 trials`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** The text in single quotes for a POSIX shell where it needs them. */
export function shellQuoted(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

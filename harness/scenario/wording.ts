import type { z } from 'zod'

type Issue = z.core.$ZodIssue

const names: Record<string, string> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  tuple: 'a list',
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
}

/** What a value should have been: `a whole number`. */
export function article(expected: string): string {
  return names[expected] ?? expected
}

/** The value as the user would know it again, cut to fit a line. */
export function echo(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}..."` : text
}

/** The limit that was passed: `must be at most 65535`. */
export function bound(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const [limit, word, open] =
    issue.code === 'too_small' ? [issue.minimum, 'at least', 'more than'] : [issue.maximum, 'at most', 'less than']
  const relation = issue.inclusive === false ? open : word
  const unit = units[issue.origin]
  return `must ${unit === undefined ? 'be' : 'have'} ${relation} ${limit}${unit === undefined ? '' : ` ${unit}`}`
}

const units: Record<string, string> = { string: 'characters', array: 'items', set: 'items' }

/** What was measured against the limit. */
export function size(origin: string, given: unknown): string {
  if (origin === 'string' && typeof given === 'string') return String(given.length)
  if (origin === 'array' && Array.isArray(given)) return String(given.length)
  return echo(given)
}

/** For the middle of a sentence. */
export function uncapitalised(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}

import { z } from 'zod'

const longest = 60_000

/** A time as scenarios write it: a number of milliseconds, or `250ms`, `1.5s`; at most one minute. */
export const milliseconds = z
  .union([
    z.number(),
    z.string().regex(/^\d+(\.\d+)?(ms|s)$/, 'write milliseconds, or a number and ms or s, such as 250ms'),
  ])
  .transform((value) => {
    if (typeof value === 'number') return value
    return Number.parseFloat(value) * (value.endsWith('ms') ? 1 : 1000)
  })
  .pipe(z.number().min(0).max(longest))

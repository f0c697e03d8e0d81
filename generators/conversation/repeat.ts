import { z } from 'zod'
import { GeneratorError } from '../errors.ts'
import { merged } from '../merged.ts'
import { milliseconds } from './delay.ts'
import { derive32 } from './derive.ts'
import { isRecord } from './layers.ts'
import { join } from './names.ts'

/** What one conversation may hold; a typing error should not make a flood of millions. */
export const mostFrames = 10_000

const steps = z.strictObject({
  from: z.number().describe('Value of the first one.'),
  step: z.number().default(1).describe('Added for each one after it.'),
})

/** How often something comes, and how far apart. */
export const pace = {
  count: z.number().int().min(1).max(mostFrames),
  interval: milliseconds.default(0).describe('Time from one to the next.'),
  jitter: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('Share of the interval by which it may be shorter or longer; the same for every playing of one trial.'),
}

/** `repeat:` of a frame or a step: how often it comes, how far apart, and what differs from one to the next. */
export const repeatSchema = z.strictObject({
  ...pace,
  vary: z
    .record(z.string(), z.union([steps, z.array(z.unknown()).min(1)]))
    .default({})
    .describe('By path (`udp.destinationPort`): a number that steps, or a list that is gone through again and again.'),
})

export type Repeat = z.output<typeof repeatSchema>

/** Milliseconds to wait before round `index`, counted from 0: the interval, jittered by the trial's marker; 0 before the first. */
export function waitBefore(
  { interval, jitter }: Pick<Repeat, 'interval' | 'jitter'>,
  index: number,
  marker: string,
): number {
  if (index === 0) return 0
  const within = derive32(marker, `jitter ${index}`) / 2 ** 31 - 1
  return Math.round(interval * (1 + jitter * within))
}

/**
 * Sets a value deep inside plain data, making a changed copy; a number in the path is the place in a list, from 0.
 * @throws GeneratorError when the path leads through something that is no object
 */
export function withValue(target: unknown, keys: readonly string[], value: unknown, path: string): unknown {
  const [key, ...rest] = keys
  if (key === undefined) return value
  if (Array.isArray(target) && Number(key) < target.length)
    return target.map((item, index) => (index === Number(key) ? withValue(item, rest, value, join(path, key)) : item))
  if (target !== undefined && target !== null && !isRecord(target)) {
    throw new GeneratorError(path, `there is nothing called "${key}" to vary in ${JSON.stringify(target)}`)
  }
  return merged(target ?? {}, { [key]: withValue(target?.[key], rest, value, join(path, key)) })
}

/** What each varied path is in round `index`, counted from 0. */
export function variedValues(repeat: Repeat, index: number): [keys: string[], value: unknown][] {
  return Object.entries(repeat.vary).map(([path, choice]) => [
    path.split('.'),
    Array.isArray(choice) ? choice[index % choice.length] : choice.from + index * choice.step,
  ])
}

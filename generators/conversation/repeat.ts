import { z } from 'zod'
import { GeneratorError } from '../errors.ts'
import { milliseconds } from './delay.ts'
import { isRecord } from './layers.ts'
import { join } from './names.ts'

/** What one conversation may hold; a typing error should not make a flood of millions. */
export const mostFrames = 10_000

const steps = z.strictObject({
  from: z.number().describe('Value of the first one.'),
  step: z.number().default(1).describe('Added for each one after it.'),
})

/** `repeat:` of a frame or a step: how often it comes, how far apart, and what differs from one to the next. */
export const repeatSchema = z.strictObject({
  count: z.number().int().min(1).max(mostFrames),
  interval: milliseconds.default(0).describe('Time from one to the next.'),
  vary: z
    .record(z.string(), z.union([steps, z.array(z.unknown()).min(1)]))
    .default({})
    .describe('By path (`udp.destinationPort`): a number that steps, or a list that is gone through again and again.'),
})

export type Repeat = z.output<typeof repeatSchema>

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
  return { ...target, [key]: withValue(target?.[key], rest, value, join(path, key)) }
}

/** What each varied path is in round `index`, counted from 0. */
export function variedValues(repeat: Repeat, index: number): [keys: string[], value: unknown][] {
  return Object.entries(repeat.vary).map(([path, choice]) => [
    path.split('.'),
    Array.isArray(choice) ? choice[index % choice.length] : choice.from + index * choice.step,
  ])
}

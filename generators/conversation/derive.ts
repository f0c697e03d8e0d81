import { createHash } from 'node:crypto'
import { Recent } from '../recent.ts'

/** The numbers that were asked for last, since every packet of a conversation asks for the same few. */
const known = new Recent<number>(16)

/**
 * A number that looks random and is the same for the same marker and purpose: initial sequence numbers, identifications.
 * @param purpose what it is for, `client isn`; other purposes give unrelated numbers
 * @returns 0 to 2^32 - 1
 */
export function derive32(marker: string, purpose: string): number {
  const text = `${marker}/${purpose}`
  const before = known.get(text)
  if (before !== undefined) return before
  const derived = createHash('sha256').update(text).digest().readUInt32BE(0)
  known.set(text, derived)
  return derived
}

/** As derive32, but 1 to 65535: never 0, which kernels and sensors read as "not set". */
export function derive16(marker: string, purpose: string): number {
  return (derive32(marker, purpose) % 0xffff) + 1
}

import { createHash } from 'node:crypto'

/** What was derived before, since every packet of a conversation asks for the same few numbers. */
const known = new Map<string, Map<string, number>>()
const mostKnown = 128

/**
 * A number that looks random and is the same for the same marker and purpose: initial sequence numbers, identifications.
 * @param purpose what it is for, `client isn`; other purposes give unrelated numbers
 * @returns 0 to 2^32 - 1
 */
export function derive32(marker: string, purpose: string): number {
  let own = known.get(marker)
  if (own === undefined) {
    if (known.size >= mostKnown) known.clear()
    own = new Map()
    known.set(marker, own)
  }
  const before = own.get(purpose)
  if (before !== undefined) return before
  if (own.size >= mostKnown) own.clear()
  const derived = createHash('sha256').update(`${marker}/${purpose}`).digest().readUInt32BE(0)
  own.set(purpose, derived)
  return derived
}

/** As derive32, but 1 to 65535: never 0, which kernels and sensors read as "not set". */
export function derive16(marker: string, purpose: string): number {
  return (derive32(marker, purpose) % 0xffff) + 1
}

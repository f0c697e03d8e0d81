import { foldSum, sumPseudoHeader, sumWords } from './checksum.ts'
import type { Context } from './layer.ts'

/**
 * Checksum over pseudo header, header and payload; without an IP layer around there is no pseudo header to add, and
 * undefined is returned. `length` is how many of the bytes are covered.
 */
export function transportChecksum(
  bytes: Uint8Array,
  protocol: number,
  { network }: Context,
  length = bytes.length,
): number | undefined {
  if (network === undefined) return undefined
  return foldSum(sumPseudoHeader(network, protocol, length) + sumWords(bytes, 0, length))
}

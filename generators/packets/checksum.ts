/** Adds 16-bit big-endian words, an odd last byte padded with zero; not folded yet. RFC 1071 §1. */
export function sumWords(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let sum = 0
  let index = start
  for (; index + 1 < end; index += 2) sum += ((bytes[index] as number) << 8) | (bytes[index + 1] as number)
  if (index < end) sum += (bytes[index] as number) << 8
  return sum
}

/** Folds a sum to 16 bits with end-around carry and complements it. RFC 1071 §1. */
export function foldSum(sum: number): number {
  let folded = sum
  while (folded > 0xffff) folded = Math.floor(folded / 0x10000) + (folded % 0x10000)
  return ~folded & 0xffff
}

/** The Internet checksum of `bytes`, whose checksum field must be zero. RFC 1071. */
export function internetChecksum(bytes: Uint8Array, start = 0, end = bytes.length): number {
  return foldSum(sumWords(bytes, start, end))
}

/** Addresses that a transport checksum covers: 4 bytes each over IPv4, 16 over IPv6. */
export interface PseudoAddresses {
  source: Uint8Array
  destination: Uint8Array
}

/** The sum of the pseudo header of IPv4 (RFC 9293 §3.1) or IPv6 (RFC 8200 §8.1), not folded. */
export function sumPseudoHeader(addresses: PseudoAddresses, protocol: number, length: number): number {
  const lengthSum = Math.floor(length / 0x10000) + (length % 0x10000)
  return sumWords(addresses.source) + sumWords(addresses.destination) + protocol + lengthSum
}

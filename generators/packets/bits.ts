/** Reads `count` bits (1 to 48) that start `offset` bits into `bytes`, most significant bit first. */
export function readBits(bytes: Uint8Array, offset: number, count: number): number {
  const first = offset >> 3
  const end = (offset + count + 7) >> 3
  let value = 0
  for (let index = first; index < end; index++) value = value * 256 + (bytes[index] ?? 0)
  const spare = end * 8 - offset - count
  if (spare > 0) value = Math.floor(value / 2 ** spare)
  return (offset & 7) === 0 ? value : value % 2 ** count
}

/** Writes `value` into `count` bits that are still zero, most significant bit first. */
export function writeBits(bytes: Uint8Array, offset: number, count: number, value: number): void {
  const first = offset >> 3
  const end = (offset + count + 7) >> 3
  const spare = end * 8 - offset - count
  let rest = spare > 0 ? value * 2 ** spare : value
  if (end - first <= 4) {
    // Whole numbers of 32 bits are what processors are quick at.
    for (let index = end - 1; index >= first; index--) {
      bytes[index] = (bytes[index] ?? 0) + (rest & 255)
      rest >>>= 8
    }
    return
  }
  for (let index = end - 1; index >= first; index--) {
    bytes[index] = (bytes[index] ?? 0) + (rest % 256)
    rest = Math.floor(rest / 256)
  }
}

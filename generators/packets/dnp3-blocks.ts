import { concatBytes } from './bytes.ts'

/** Bytes of user data in a block, and of the CRC behind each block. */
const blockSize = 16
const crcSize = 2

/** CRC of a DNP3 link frame: polynomial 0x3d65, reflected, inverted at the end. IEEE 1815-2012 §9. */
export function dnp3Crc(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa6bc : crc >>> 1
  }
  return ~crc & 0xffff
}

/** Puts a CRC after each 16 bytes and after what is left; `crcs` are those that are given, by block. */
export function intoBlocks(data: Uint8Array, crcs: readonly (number | undefined)[] = []): Uint8Array {
  const parts: Uint8Array[] = []
  for (let start = 0; start < data.length; start += blockSize) {
    const block = data.subarray(start, start + blockSize)
    const crc = crcs[start / blockSize] ?? dnp3Crc(block)
    parts.push(block, Uint8Array.of(crc & 0xff, crc >> 8))
  }
  return concatBytes(parts)
}

/** The data of the blocks, and their CRCs. A block that is cut has what is there, and a CRC only if both bytes are. */
export function fromBlocks(wire: Uint8Array): { data: Uint8Array; crcs: number[]; right: boolean[] } {
  const parts: Uint8Array[] = []
  const crcs: number[] = []
  const right: boolean[] = []
  for (let start = 0; start < wire.length; start += blockSize + crcSize) {
    const whole = wire.subarray(start, start + blockSize + crcSize)
    const block = whole.subarray(0, Math.max(0, whole.length - crcSize))
    const crc = (whole.at(-2) ?? 0) | ((whole.at(-1) ?? 0) << 8)
    parts.push(block)
    crcs.push(crc)
    right.push(crc === dnp3Crc(block))
  }
  return { data: concatBytes(parts), crcs, right }
}

/** Bytes of blocks with their CRCs, from the bytes of user data in them. */
export function wireSize(dataSize: number): number {
  return dataSize + crcSize * Math.ceil(dataSize / blockSize)
}

/** Bytes of user data in blocks with their CRCs. */
export function dataSize(size: number): number {
  return Math.max(0, size - crcSize * Math.ceil(size / (blockSize + crcSize)))
}

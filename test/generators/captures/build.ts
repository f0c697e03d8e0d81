/** Writes numbers of a capture file in the byte order of the machine that made it. */
export interface Order {
  u16: (value: number) => Buffer
  u32: (value: number) => Buffer
  u64: (value: bigint) => Buffer
}

export const littleEndian: Order = {
  u16: (value) => filled(2, (bytes) => bytes.writeUInt16LE(value)),
  u32: (value) => filled(4, (bytes) => bytes.writeUInt32LE(value)),
  u64: (value) => filled(8, (bytes) => bytes.writeBigInt64LE(value)),
}

export const bigEndian: Order = {
  u16: (value) => filled(2, (bytes) => bytes.writeUInt16BE(value)),
  u32: (value) => filled(4, (bytes) => bytes.writeUInt32BE(value)),
  u64: (value) => filled(8, (bytes) => bytes.writeBigInt64BE(value)),
}

export interface ClassicOptions {
  order?: Order
  magic?: number
  /** The whole 32-bit field, with what stands above the link type. */
  network?: number
}

/** One packet of a classic pcap; fractions are microseconds or nanoseconds, as the magic number says. */
export interface ClassicPacket {
  seconds?: number
  fraction?: number
  bytes: Uint8Array
  originalLength?: number
}

/** A classic pcap file, draft-ietf-opsawg-pcap. */
export function classic(packets: readonly ClassicPacket[], options: ClassicOptions = {}): Buffer {
  const { order = littleEndian, magic = 0xa1b2c3d4, network = 1 } = options
  const { u16, u32 } = order
  const header = [u32(magic), u16(2), u16(4), u32(0), u32(0), u32(262_144), u32(network)]
  const records = packets.flatMap(({ seconds = 0, fraction = 0, bytes, originalLength = bytes.length }) => [
    u32(seconds),
    u32(fraction),
    u32(bytes.length),
    u32(originalLength),
    bytes,
  ])
  return Buffer.concat([...header, ...records])
}

/** A pcapng block, its length before and after its content, draft-ietf-opsawg-pcapng §3.1. */
export function block({ u32 }: Order, type: number, ...content: Uint8Array[]): Buffer {
  const body = padded(Buffer.concat(content))
  return Buffer.concat([u32(type), u32(body.length + 12), body, u32(body.length + 12)])
}

/** §4.1 */
export function section(order: Order): Buffer {
  return block(order, 0x0a0d0d0a, order.u32(0x1a2b3c4d), order.u16(1), order.u16(0), order.u64(-1n))
}

/** §4.2 */
export function interfaceBlock(order: Order, linkType: number, snapshot = 0, options: Uint8Array[] = []): Buffer {
  return block(order, 1, order.u16(linkType), order.u16(0), order.u32(snapshot), ...options)
}

/** §3.5 */
export function option({ u16 }: Order, code: number, value: Uint8Array): Buffer {
  return Buffer.concat([u16(code), u16(value.length), padded(value)])
}

/** §4.3 */
export function enhanced(
  order: Order,
  from: number,
  ticks: bigint,
  bytes: Uint8Array,
  originalLength = bytes.length,
): Buffer {
  const { u32 } = order
  const time = [u32(Number(ticks >> 32n)), u32(Number(ticks & 0xffff_ffffn))]
  return block(order, 6, u32(from), ...time, u32(bytes.length), u32(originalLength), bytes)
}

/** §4.4 */
export function simple(order: Order, bytes: Uint8Array, originalLength = bytes.length): Buffer {
  return block(order, 3, order.u32(originalLength), bytes)
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
}

function filled(length: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length)
  write(bytes)
  return bytes
}

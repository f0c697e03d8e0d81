import { PcapError } from '../errors.ts'
import type { ByteWindow } from './byte-window.ts'
import { CaptureCursor, longestRecord } from './capture-record.ts'
import { type InterfaceTime, interfaceTime } from './pcapng-options.ts'

/** Block types, draft-ietf-opsawg-pcapng §11.1. All others (names, statistics, secrets, custom) are passed over. */
const blocks = { section: 0x0a0d0d0a, interface: 1, packet: 2, simple: 3, enhanced: 6 }
/** Type and total length before, total length again after. */
const around = 12
const byteOrderMagic = 0x1a2b3c4d
/** What is read of blocks beside packets, options and all; others are passed over and may be as long as they like. */
const longestOther = 1024 * 1024
const packetTypes: readonly number[] = [blocks.packet, blocks.simple, blocks.enhanced]

interface Interface extends InterfaceTime {
  linkType: number
  snapshot: number
}

/** A packet block: where its fields are in the window, and what they say. */
interface PacketFields {
  interface: number
  /** Ticks since the epoch; null where the block has no time. */
  ticks: number | null
  captured: number
  original: number
  /** From the start of the block to its packet. */
  data: number
}

/** True when the first four bytes begin a pcapng file; the type of its first block reads the same in both byte orders. */
export function isPcapng(view: DataView): boolean {
  return view.getUint32(0) === blocks.section
}

/**
 * Packets of a pcapng file (draft-ietf-opsawg-pcapng): any sections in either byte order, any interfaces, enhanced, simple and
 * the old packet blocks. A simple packet block has no time and gets that of the packet before it.
 */
export class PcapngRecords extends CaptureCursor {
  #interfaces: Interface[] = []
  #littleEndian = true
  #next = 0

  next(): boolean {
    while (this.window.left(this.#next) > 0) if (this.#block()) return true
    return false
  }

  /** Reads a block; true when it was a packet. */
  #block(): boolean {
    const { window } = this
    const offset = this.#next
    const start = window.need(offset, around, 'a block')
    if (window.view.getUint32(start) === blocks.section) {
      this.#littleEndian = sectionOrder(window, offset)
      this.#interfaces = []
    }
    const littleEndian = this.#littleEndian
    const type = window.view.getUint32(start, littleEndian)
    const length = window.view.getUint32(start + 4, littleEndian)
    checkLength(length, type, offset)
    const what = `the block of type ${type}`
    const isRead = packetTypes.includes(type) || type === blocks.interface
    const block = isRead ? window.need(offset, length, what) : -1
    const end = isRead ? block + length : window.need(offset + length - 4, 4, `the end of ${what}`) + 4
    const { view } = window
    const again = view.getUint32(end - 4, littleEndian)
    if (again !== length)
      throw new PcapError(`the block at byte ${offset} has length ${length} before and ${again} after its content`)
    this.#next = offset + length
    const interfaces = this.#interfaces
    if (type === blocks.interface) interfaces.push(readInterface(view, block, length, littleEndian, offset))
    if (!packetTypes.includes(type)) return false
    const fields = packetFields(view, block, type, length, littleEndian, interfaces[0]?.snapshot ?? 0)
    this.number += 1
    this.offset = offset
    const from = interfaces[fields.interface]
    if (from === undefined)
      throw new PcapError(
        `packet ${this.number} at byte ${offset} is of interface ${fields.interface}, of which no block tells`,
      )
    if (fields.captured > Math.min(longestRecord, length - fields.data - 4))
      throw new PcapError(
        `packet ${this.number} at byte ${offset} claims ${fields.captured} bytes in a block of ${length}`,
      )
    if (fields.ticks !== null) this.at = (fields.ticks / from.ticksPerSecond + from.offset) * 1000
    this.linkType = from.linkType
    this.start = block + fields.data
    this.end = this.start + fields.captured
    this.originalLength = fields.original
    return true
  }
}

function sectionOrder(window: ByteWindow, offset: number): boolean {
  const start = window.need(offset, 28, 'a section header')
  for (const littleEndian of [true, false]) {
    if (window.view.getUint32(start + 8, littleEndian) !== byteOrderMagic) continue
    const major = window.view.getUint16(start + 12, littleEndian)
    if (major !== 1) throw new PcapError(`pcapng version ${major} at byte ${offset + 12}; only version 1 is read`)
    return littleEndian
  }
  throw new PcapError(`the section header at byte ${offset} has no byte order magic`)
}

function checkLength(length: number, type: number, offset: number): void {
  const isRead = packetTypes.includes(type) || type === blocks.interface
  const most = isRead ? longestRecord + longestOther : Number.POSITIVE_INFINITY
  if (length < around || length % 4 !== 0 || length > most)
    throw new PcapError(`the block at byte ${offset} has the impossible length ${length}`)
}

function readInterface(
  view: DataView,
  block: number,
  length: number,
  littleEndian: boolean,
  offset: number,
): Interface {
  if (length < 20) throw new PcapError(`the interface block at byte ${offset} has only ${length} bytes`)
  return {
    linkType: view.getUint16(block + 8, littleEndian),
    snapshot: view.getUint32(block + 12, littleEndian),
    ...interfaceTime(view, block + 16, block + length - 4, littleEndian),
  }
}

function packetFields(
  view: DataView,
  block: number,
  type: number,
  length: number,
  littleEndian: boolean,
  snapshot: number,
): PacketFields {
  const u32 = (at: number) => view.getUint32(block + at, littleEndian)
  const ticks = () => u32(12) * 0x1_0000_0000 + u32(16)
  if ((type === blocks.enhanced || type === blocks.packet) && length >= 32) {
    const number = type === blocks.enhanced ? u32(8) : view.getUint16(block + 8, littleEndian)
    return { interface: number, ticks: ticks(), captured: u32(20), original: u32(24), data: 28 }
  }
  if (type === blocks.simple && length >= 16) {
    const original = u32(8)
    const room = length - 16
    const captured = Math.min(original, snapshot === 0 ? room : snapshot, room)
    return { interface: 0, ticks: null, captured, original, data: 12 }
  }
  throw new PcapError(`a packet block has only ${length} bytes`)
}

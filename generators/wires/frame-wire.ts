import { constants } from 'node:os'
import { Batch } from './batch.ts'
import { addressOf, errnoName, lastErrno, type Libc, libc, sockRaw, sockCloexec, solSocket, soSndbuf } from './libc.ts'
import type { PackedFrames } from '../conversation/packed-frames.ts'
import { epochNow, type PackedWire, type Sent, WireError } from './wire.ts'
import { XdpRing } from './xdp-ring.ts'

export interface FrameWireOptions {
  /** Past the queueing discipline and the sender's own taps straight to the device (`PACKET_QDISC_BYPASS`). */
  bypass?: boolean
  /** Bytes of the interface's largest packet. Where it is known, many frames at once go through an AF_XDP socket, if the kernel has a good one. */
  mtu?: number
  /** Memory in which packed frames may lie: from there the ring sends them without copying. A whole number of pages. */
  memory?: Uint8Array
  /** Bytes at its beginning that are the ring's own. */
  scratch?: number
}

/** So many frames at once are worth the ring: below, it saves nothing. */
const worthRing = 256

/** How long one `send` waits in all for a full queue before frames count as refused, milliseconds. */
const patience = 1000

/**
 * Opens a packet socket bound to one interface, and a ring beside it where that is possible: link-layer frames go out byte for byte, up
 * to 1024 a system call.
 * Protocol 0: the socket receives nothing. Wants CAP_NET_RAW; Linux on x64 or arm64.
 * @param interfaceIndex as in `/sys/class/net/<name>/ifindex`
 * @throws WireError when the socket cannot be opened or bound
 */
export function openFrameWire(interfaceIndex: number, options: FrameWireOptions = {}): PackedWire {
  const c = libc()
  const fd = c.socket(afPacket, sockRaw | sockCloexec, 0)
  if (fd < 0) throw new WireError(`cannot open a packet socket: ${errnoName(lastErrno())}; it wants CAP_NET_RAW`)
  if (c.bind(fd, linkAddress(interfaceIndex), 20) < 0) {
    const error = errnoName(lastErrno())
    c.close(fd)
    throw new WireError(`cannot bind a packet socket to interface index ${interfaceIndex}: ${error}`)
  }
  // All three only tune; the kernel cuts the buffer to net.core.wmem_max, and a socket without them still sends.
  c.setsockopt(fd, solSocket, soSndbuf, int(4 << 20), 4)
  c.setsockopt(fd, solSocket, soSndtimeo, seconds(1), 16)
  if (options.bypass) c.setsockopt(fd, solPacket, packetQdiscBypass, int(1), 4)
  return new FrameWire(c, fd, openRing(c, interfaceIndex, options))
}

/** Memory of others may be such that the kernel cannot lock it. */
function openRing(c: Libc, interfaceIndex: number, { mtu, memory, scratch = 0 }: FrameWireOptions): XdpRing | null {
  if (mtu === undefined) return null
  const given = memory === undefined ? null : XdpRing.open(c, interfaceIndex, mtu, { memory, scratch })
  return given ?? XdpRing.open(c, interfaceIndex, mtu)
}

class FrameWire implements PackedWire {
  readonly #libc: Libc
  readonly #batch = new Batch()
  readonly #ring: XdpRing | null
  #fd: number

  constructor(c: Libc, fd: number, ring: XdpRing | null) {
    this.#libc = c
    this.#ring = ring
    this.#fd = fd
  }

  async send(frames: readonly Uint8Array[]): Promise<Sent> {
    return this.#send(frames.length, (start, to) => to.fill(frames, start))
  }

  async sendPacked(frames: PackedFrames): Promise<Sent> {
    const count = frames.lengths.length
    const address = count === 0 ? 0 : addressOf(frames.bytes)
    return this.#send(count, (start, to) => to.fillPacked(frames, start, address))
  }

  /** @param fill puts frames from one on into a batch or a ring and returns how many */
  #send(total: number, fill: (start: number, to: Batch | XdpRing) => number): Sent {
    if (this.#fd < 0) throw new WireError('the frame wire is closed')
    const refused: Sent['refused'] = []
    const queue = { patience }
    const wait = () => {
      if (queue.patience === 0) return false
      pause(1)
      queue.patience -= 1
      return true
    }
    const ring = total < worthRing ? null : this.#ring
    let firstAt = epochNow()
    for (let next = 0; next < total; ) {
      const inRing = ring === null ? 0 : fill(next, ring)
      const count = inRing || fill(next, this.#batch)
      if (next === 0) firstAt = epochNow()
      if (inRing > 0) ring?.flush(count, next, refused, wait)
      else if (count > 0) this.#flush(count, next, refused, wait)
      else refused.push({ index: next, error: 'EMSGSIZE' })
      next += Math.max(1, count)
    }
    return { firstAt, lastAt: epochNow(), refused }
  }

  close(): void {
    if (this.#fd < 0) return
    this.#ring?.close()
    this.#libc.close(this.#fd)
    this.#fd = -1
  }

  #flush(count: number, start: number, refused: Sent['refused'], wait: () => boolean): void {
    for (let done = 0; done < count; ) {
      const sent = this.#libc.sendmmsg(this.#fd, this.#batch.headerAddress(done), count - done, 0)
      if (sent > 0) {
        done += sent
        continue
      }
      // sendmmsg drops the error of a message behind others; asked again from there, it is the first and comes out here
      const errno = lastErrno()
      if (errno === EINTR) continue
      if (errno === EBADF) throw new WireError('the packet socket is gone: EBADF')
      if (errno === ENOBUFS && wait()) continue
      refused.push({ index: start + done, error: errnoName(errno) })
      done++
    }
  }
}

const { EINTR, EBADF, ENOBUFS } = constants.errno
const afPacket = 17
const soSndtimeo = 21
const solPacket = 263
const packetQdiscBypass = 20

/** `struct sockaddr_ll`, packet(7): family, protocol 0, interface index; the rest says nothing to a sender of whole frames. */
function linkAddress(interfaceIndex: number): Uint8Array {
  const bytes = new Uint8Array(20)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, afPacket, true)
  view.setInt32(4, interfaceIndex, true)
  return bytes
}

function int(value: number): Uint8Array {
  return new Uint8Array(new Int32Array([value]).buffer)
}

/** `struct timeval` with 64-bit fields. */
function seconds(value: number): Uint8Array {
  return new Uint8Array(new BigInt64Array([BigInt(value), 0n]).buffer)
}

const clock = new Int32Array(new SharedArrayBuffer(4))

/** Gives the receiver's queue time to drain: there is no event to wait for, and nothing else to do meanwhile. */
function pause(milliseconds: number): void {
  Atomics.wait(clock, 0, 0, milliseconds)
}

import type { Socket } from 'raw-socket'
import { errnoNameOfMessage } from './libc.ts'
import { epochNow, type Sent, type Wire, WireError } from './wire.ts'

const ethernetHeader = 14
/** IPPROTO_RAW: the socket sends packets of any protocol with the header that they bring, and receives nothing. */
const ipprotoRaw = 255
/** Packets handed to raw-socket ahead of their completion: enough to keep it going, few enough for its queue to be cheap. */
const window = 64

/**
 * Opens raw IPv4 and IPv6 sockets through raw-socket: the kernel routes by the header's destination and makes a new
 * Ethernet header; the frame's own is cut off. For IPv4 the kernel fills total length and checksum, and a source or
 * identification of 0 (raw(7)). Wants CAP_NET_RAW and the compiled add-on.
 * What a full device queue drops is not reported: the kernel keeps that ENOBUFS to itself, and the option that shows it
 * (IP_RECVERR) makes raw-socket close the socket at the first refusal. Proof of sending is the witness's.
 * Frames of other protocols are refused with `EAFNOSUPPORT`, frames too short to name a destination with `EINVAL`.
 * @throws WireError when the add-on is missing or a socket cannot be opened
 */
export async function openIpWire(): Promise<Wire> {
  const { default: raw } = await import('raw-socket').catch((cause: unknown) => {
    throw new WireError('cannot load raw-socket; its add-on is compiled in the actor image', { cause })
  })
  const open = (name: 'IPv4' | 'IPv6') =>
    raw.createSocket({ protocol: ipprotoRaw, addressFamily: raw.AddressFamily[name] }).pauseRecv()
  const opened: Socket[] = []
  try {
    const ipv4 = open('IPv4')
    opened.push(ipv4)
    ipv4.setOption(raw.SocketLevel.IPPROTO_IP, raw.SocketOption.IP_HDRINCL, 1)
    ipv4.setOption(raw.SocketLevel.SOL_SOCKET, raw.SocketOption.SO_BROADCAST, 1)
    return new IpWire(
      ipv4,
      unlessUnsupported(() => open('IPv6')),
    )
  } catch (cause) {
    for (const socket of opened) socket.close()
    throw new WireError(`cannot open a raw IP socket: ${reason(cause)}; it wants CAP_NET_RAW`, { cause })
  }
}

/**
 * Wires that are open. The add-on holds its sockets only weakly: while a send is under way, nothing else that the
 * garbage collector knows of leads to the socket, nor to whoever waits for it.
 */
const alive = new Set<IpWire>()

class IpWire implements Wire {
  readonly #ipv4: Socket
  readonly #ipv6: Socket | null
  #broken: WireError | null = null
  #fail: (error: WireError) => void = () => {}

  /** @param ipv6 null on a kernel without IPv6 */
  constructor(ipv4: Socket, ipv6: Socket | null) {
    this.#ipv4 = ipv4
    this.#ipv6 = ipv6
    alive.add(this)
    for (const socket of [ipv4, ipv6]) {
      socket?.on('error', (cause: Error) =>
        this.#break(new WireError(`the raw socket broke: ${reason(cause)}`, { cause })),
      )
    }
  }

  send(frames: readonly Uint8Array[]): Promise<Sent> {
    return new Promise((resolve, reject) => {
      if (this.#broken) return reject(this.#broken)
      this.#fail = reject
      this.#pump(frames, resolve)
    })
  }

  close(): void {
    alive.delete(this)
    this.#break(new WireError('the ip wire is closed'))
    this.#ipv4.close()
    this.#ipv6?.close()
  }

  #break(error: WireError): void {
    this.#broken ??= error
    this.#fail(this.#broken)
  }

  #pump(frames: readonly Uint8Array[], resolve: (sent: Sent) => void): void {
    const refused: Sent['refused'] = []
    let firstAt: number | null = null
    let next = 0
    let settled = 0
    let current: Socket | null = null
    const before = () => {
      firstAt ??= epochNow()
    }
    const pump = () => {
      while (next < frames.length && next - settled < window) {
        const frame = frames[next] as Uint8Array
        const target = this.#target(frame)
        // A packet must not overtake those that still wait on the other socket, nor a refusal theirs.
        if (next > settled && (typeof target === 'string' || target.socket !== current)) return
        const index = next++
        if (typeof target === 'string') {
          refused.push({ index, error: target })
          settled++
          continue
        }
        current = target.socket
        current.send(frame, ethernetHeader, frame.length - ethernetHeader, target.address, before, (error) => {
          if (error) refused.push({ index, error: reason(error) })
          settled++
          pump()
        })
      }
      const lastAt = epochNow()
      if (settled === frames.length) resolve({ firstAt: firstAt ?? lastAt, lastAt, refused })
    }
    pump()
  }

  /** The socket and destination of a frame, or the errno's name that it is refused with. */
  #target(frame: Uint8Array): { socket: Socket; address: string } | string {
    const etherType = frame.length < ethernetHeader ? null : ((frame[12] as number) << 8) | (frame[13] as number)
    const packet = frame.subarray(ethernetHeader)
    if (etherType === 0x0800) {
      if (packet.length < 20) return 'EINVAL'
      return { socket: this.#ipv4, address: packet.subarray(16, 20).join('.') }
    }
    if (etherType === 0x86dd && this.#ipv6) {
      if (packet.length < 40) return 'EINVAL'
      return { socket: this.#ipv6, address: ipv6Text(packet.subarray(24, 40)) }
    }
    return etherType === null ? 'EINVAL' : 'EAFNOSUPPORT'
  }
}

/** Eight groups, none left out: the form that every parser takes (RFC 4291 §2.2). */
function ipv6Text(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: 8 }, (_, group) => view.getUint16(group * 2).toString(16)).join(':')
}

/** Null on a kernel without IPv6. */
function unlessUnsupported(open: () => Socket): Socket | null {
  try {
    return open()
  } catch (error) {
    if (reason(error) === 'EAFNOSUPPORT') return null
    throw error
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? errnoNameOfMessage(error.message) : String(error)
}

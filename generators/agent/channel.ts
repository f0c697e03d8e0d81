import { Socket } from 'node:net'
import { type Libc, libc, dontWait, sockCloexec } from '../wires/libc.ts'

/** The agent's connection to the harness. */
export interface Channel {
  socket: Socket
  /** What has come since, without waiting for it; null when there is nothing. */
  more: () => Uint8Array | null
}

const afUnix = 1
const sockStream = 1
/** `struct sockaddr_un`, unix(7): bytes of the family, and of `sun_path` behind it with its zero. */
const family = 2
const longestPath = 108
/** Bytes that are asked for at a time. */
const room = 65_536

/**
 * Connects to the socket at a path. Null when nobody listens there, say because the engine runs on another machine.
 *
 * The socket is Node's like any other. But between two requests that follow each other closely its way from the kernel takes a tenth of
 * what it takes to send thousands of frames; `more` asks the kernel itself.
 */
export function openChannel(path: string): Channel | null {
  const c = libc()
  const fd = c.socket(afUnix, sockStream | sockCloexec, 0)
  if (fd < 0) return null
  const address = unixAddress(path)
  if (address === null || c.connect(fd, address, address.length) < 0) {
    c.close(fd)
    return null
  }
  const socket = new Socket({ fd, readable: true, writable: true })
  return { socket, more: () => (socket.readableLength > 0 ? null : received(c, fd)) }
}

function received(c: Libc, fd: number): Uint8Array | null {
  const length = c.recv(fd, buffer, buffer.length, dontWait)
  // The end, and whatever is wrong, Node's own reading will find as well.
  return length > 0 ? buffer.slice(0, length) : null
}

const buffer = new Uint8Array(room)

function unixAddress(path: string): Uint8Array | null {
  const bytes = Buffer.from(path)
  if (bytes.length >= longestPath) return null
  const address = new Uint8Array(family + bytes.length + 1)
  new DataView(address.buffer).setUint16(0, afUnix, true)
  address.set(bytes, family)
  return address
}

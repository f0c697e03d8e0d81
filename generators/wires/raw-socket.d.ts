/** The part of raw-socket 1.8 that the ip wire uses. The package has no types of its own. */
declare module 'raw-socket' {
  import type { EventEmitter } from 'node:events'

  export interface SocketOptions {
    /** 1: IPv4, 2: IPv6. */
    addressFamily?: number
    /** An IP protocol number; 255 is IPPROTO_RAW. */
    protocol?: number
    /** Bytes of the receive buffer. */
    bufferSize?: number
  }

  export interface Socket extends EventEmitter {
    close(): this
    pauseRecv(): this
    /** Throws an Error whose message is `strerror` of the errno. */
    setOption(level: number, option: number, value: number): void
    /** Queues a packet. `after` gets an Error whose message is `strerror` of the errno, or null and the bytes sent. */
    send(
      buffer: Uint8Array,
      offset: number,
      length: number,
      address: string,
      before: () => void,
      after: (error: Error | null, bytes?: number) => void,
    ): this
  }

  const raw: {
    createSocket(options: SocketOptions): Socket
    AddressFamily: { IPv4: number; IPv6: number }
    SocketLevel: { SOL_SOCKET: number; IPPROTO_IP: number; IPPROTO_IPV6: number }
    SocketOption: { SO_BROADCAST: number; SO_SNDBUF: number; IP_HDRINCL: number }
  }
  export default raw
}

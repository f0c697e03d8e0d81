import { constants } from 'node:os'
import koffi from 'koffi'

/** Numbers of socket(2), send(2) and socket(7) that more than one place needs; the same on x64 and arm64. */
export const sockRaw = 3
export const sockCloexec = 0o2000000
export const dontWait = 0x40
export const solSocket = 1
export const soSndbuf = 7

/** The C library's calls that the wires need. Pointers go in as numbers, for which koffi allocates nothing. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number
  bind(fd: number, address: Uint8Array, length: number): number
  connect(fd: number, address: Uint8Array, length: number): number
  recv(fd: number, buffer: Uint8Array, length: number, flags: number): number
  setsockopt(fd: number, level: number, option: number, value: Uint8Array, length: number): number
  /** `headers` is the address of an array of `struct mmsghdr`. */
  sendmmsg(fd: number, headers: number, count: number, flags: number): number
  getsockopt(fd: number, level: number, option: number, value: Uint8Array, length: Uint8Array): number
  sendto(fd: number, buffer: number, length: number, flags: number, address: number, addressLength: number): number
  /** -1 when it fails. */
  mmap(address: number, length: number, protection: number, flags: number, fd: number, offset: number): number | bigint
  munmap(address: number | bigint, length: number): number
  close(fd: number): number
  strerror(code: number): string
}

let loaded: Libc | undefined

/** Loads the C library that the process is linked with; throws where it has no `sendmmsg` (only Linux has). */
export function libc(): Libc {
  if (loaded) return loaded
  const library = koffi.load(null)
  loaded = {
    socket: library.func('int socket(int domain, int type, int protocol)'),
    bind: library.func('int bind(int fd, const void *address, uint32_t length)'),
    connect: library.func('int connect(int fd, const void *address, uint32_t length)'),
    recv: library.func('long recv(int fd, void *buffer, size_t length, int flags)'),
    setsockopt: library.func('int setsockopt(int fd, int level, int option, const void *value, uint32_t length)'),
    sendmmsg: library.func('int sendmmsg(int fd, uintptr_t headers, unsigned int count, int flags)'),
    getsockopt: library.func('int getsockopt(int fd, int level, int option, void *value, void *length)'),
    sendto: library.func(
      'long sendto(int fd, uintptr_t buffer, size_t length, int flags, uintptr_t address, uint32_t addressLength)',
    ),
    mmap: library.func(
      'intptr_t mmap(uintptr_t address, size_t length, int protection, int flags, int fd, int64_t offset)',
    ),
    munmap: library.func('int munmap(uintptr_t address, size_t length)'),
    close: library.func('int close(int fd)'),
    strerror: library.func('const char *strerror(int code)'),
  }
  return loaded
}

/** The errno that the last call of this thread left. Read it before anything else runs. */
export function lastErrno(): number {
  return koffi.errno()
}

/** Where a buffer lies in memory. Valid while the buffer is referenced; user space fits a double exactly. */
export function addressOf(buffer: Uint8Array): number {
  return Number(koffi.address(buffer))
}

/** The bytes at an address, as long as they are mapped. */
export function viewOf(address: number | bigint, length: number): ArrayBuffer {
  return koffi.view(BigInt(address), length)
}

const names = new Map(Object.entries(constants.errno).map(([name, code]) => [code, name]))

/** `EMSGSIZE` for 90; `E<number>` for one that Node has no name for. */
export function errnoName(code: number): string {
  return names.get(code) ?? `E${code}`
}

let byMessage: Map<string, string> | undefined

/** `EMSGSIZE` for `Message too long`: add-ons that throw `strerror` alone get their errno back. Else the message itself. */
export function errnoNameOfMessage(message: string): string {
  byMessage ??= new Map(Array.from(names, ([code, name]) => [libc().strerror(code), name]))
  return byMessage.get(message) ?? message
}

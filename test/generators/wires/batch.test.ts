import koffi from 'koffi'
import t from 'tap'
import { Batch } from '../../../generators/wires/batch.ts'
import { pack, unpack } from '../../../generators/conversation/packed-frames.ts'
import { addressOf, errnoName, lastErrno, libc } from '../../../generators/wires/libc.ts'

// A pair of datagram sockets takes the same message headers as a packet socket, and wants no privilege.
const library = koffi.load(null)
const socketpair = library.func('int socketpair(int domain, int type, int protocol, _Out_ int *fds)')
const recv = library.func('long recv(int fd, _Out_ uint8_t *buffer, size_t length, int flags)')
const fds = [0, 0]
socketpair(1, 2, 0, fds)
const [near, far] = fds as [number, number]
t.teardown(() => {
  for (const fd of fds) libc().close(fd)
})

/** Sends a filled batch in small steps, since such a socket holds few messages, and returns what came out. */
function passOn(batch: Batch, count: number): string[] {
  const received: string[] = []
  const buffer = new Uint8Array(1 << 17)
  for (let slot = 0; slot < count; slot++) {
    if (libc().sendmmsg(near, batch.headerAddress(slot), 1, 0) !== 1) throw new Error(errnoName(lastErrno()))
    received.push(Buffer.from(buffer.subarray(0, recv(far, buffer, buffer.length, 0))).toString('hex'))
  }
  return received
}

function numbered(count: number, size: (index: number) => number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => new Uint8Array(size(index)).fill(index % 251))
}

function hex(frames: readonly Uint8Array[]): string[] {
  return frames.map((frame) => Buffer.from(frame).toString('hex'))
}

t.test('a batch takes 1024 frames at a time, each with its own bytes', async (t) => {
  const batch = new Batch()
  const frames = numbered(1500, (index) => index % 200)
  t.equal(batch.fill(frames, 0), 1024)
  t.strictSame(passOn(batch, 1024), hex(frames.slice(0, 1024)))
  t.equal(batch.fill(frames, 1024), 476)
  t.strictSame(passOn(batch, 476), hex(frames.slice(1024)))
})

t.test('a batch ends before a frame that does not fit behind the others', async (t) => {
  const batch = new Batch()
  const frames = numbered(20, () => 65_536)
  t.equal(batch.fill(frames, 0), 16)
  t.equal(batch.fill(frames, 16), 4)
  t.strictSame(passOn(batch, 4), hex(frames.slice(16)))
})

t.test('a batch takes no frame that is longer than its memory', async (t) => {
  const batch = new Batch()
  t.equal(batch.fill([new Uint8Array((1 << 20) + 1)], 0), 0)
  t.equal(batch.fill([new Uint8Array(1 << 20)], 0), 1)
})

t.test('a batch takes views into larger buffers', async (t) => {
  const batch = new Batch()
  const store = Buffer.from('00112233445566778899', 'hex')
  batch.fill([store.subarray(2, 5), store.subarray(7)], 0)
  t.strictSame(passOn(batch, 2), ['223344', '778899'])
})

t.test('frames that lie in one buffer are sent from there, among others that do not', async (t) => {
  const batch = new Batch()
  const store = new Uint8Array(4096).map((_, index) => index % 251)
  const frames = Array.from({ length: 20 }, (_, index) => store.subarray(index * 100, index * 100 + 60 + index))
  frames.splice(10, 0, Uint8Array.of(1, 2, 3), new Uint8Array(300).fill(7))
  t.equal(batch.fill(frames, 0), 22)
  t.strictSame(passOn(batch, 22), hex(frames))
  t.equal(batch.fill(frames, 12), 10)
  t.strictSame(passOn(batch, 10), hex(frames.slice(12)))
})

t.test('packed frames are taken from where they lie', async (t) => {
  const batch = new Batch()
  const frames = numbered(1500, (index) => index % 200)
  const packed = pack(frames)
  const address = addressOf(packed.bytes)
  t.equal(batch.fillPacked(packed, 0, address), 1024)
  t.strictSame(passOn(batch, 1024), hex(frames.slice(0, 1024)))
  t.equal(batch.fillPacked(packed, 1024, address), 476)
  t.strictSame(passOn(batch, 476), hex(frames.slice(1024)))
  const apart = { bytes: packed.bytes, starts: Uint32Array.of(7, 5000), lengths: Uint32Array.of(100, 3) }
  t.equal(batch.fillPacked(apart, 0, address), 2)
  t.strictSame(passOn(batch, 2), hex(unpack(apart)))
  const tooLong = { ...apart, lengths: Uint32Array.of(100, packed.bytes.length - 4999) }
  t.throws(() => batch.fillPacked(tooLong, 0, address), {
    name: 'RangeError',
    message: 'a frame ends 1 bytes too late',
  })
})

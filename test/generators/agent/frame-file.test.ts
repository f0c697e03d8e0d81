import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { openFrameFile } from '../../../generators/agent/frame-file.ts'
import { pack, type PackedFrames, unpack } from '../../../generators/conversation/packed-frames.ts'
import { FrameFile } from '../../../harness/sandbox/frame-file.ts'

const hex = (frames: readonly Uint8Array[]) => frames.map((frame) => Buffer.from(frame).toString('hex'))
const unpacked = (frames: PackedFrames) => hex(unpack(frames))

t.test('frames come out of the file as they went in, and lie in the memory that it is', async (t) => {
  const path = join(t.testdir(), 'frames')
  using file = new FrameFile(path)
  const reader = openFrameFile(path)
  if (reader === null) return t.fail('it is there')
  const frames = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 50 })
  fc.assert(
    fc.property(fc.nat(), frames, fc.nat(3), (id, frames, apart) => {
      const packed = pack(frames.map((frame) => Buffer.concat([Buffer.alloc(apart), frame])))
      for (const index of frames.keys()) {
        packed.starts[index] = (packed.starts[index] as number) + apart
        packed.lengths[index] = (packed.lengths[index] as number) - apart
      }
      const stored = file.put(id, packed)
      const came = reader.read(id, stored)
      file.giveBack(stored.offset)
      return came.bytes.buffer === reader.memory.buffer && unpacked(came).join() === hex(frames).join()
    }),
  )
  reader.close()
})

t.test('places are taken until they are given back, and each keeps its frames', async (t) => {
  const path = join(t.testdir(), 'frames')
  using file = new FrameFile(path)
  const reader = openFrameFile(path)
  const stored = []
  for (let id = 1; file.hasPlace; id++) stored.push(file.put(id, pack([Uint8Array.of(id), Uint8Array.of(id, id)])))
  t.equal(new Set(stored.map(({ offset }) => offset)).size, stored.length)
  t.throws(() => file.put(99, pack([])), { name: 'SandboxError', message: `${path}: no place is free` })
  for (const [index, one] of stored.entries()) {
    const id = index + 1
    t.strictSame(unpacked(reader?.read(id, one) as PackedFrames), hex([Uint8Array.of(id), Uint8Array.of(id, id)]))
  }
  file.giveBack(stored[1]?.offset as number)
  t.equal(file.put(100, pack([])).offset, stored[1]?.offset)
  reader?.close()
})

t.test('what does not fit into a place is known before', async (t) => {
  using file = new FrameFile(join(t.testdir(), 'frames'))
  const room = 2 * 1024 * 1024 - 8
  t.ok(file.fits(room - 8, 1))
  t.notOk(file.fits(room - 7, 1))
  t.ok(file.fits(0, room / 8))
  t.notOk(file.fits(0, room / 8 + 1))
  t.equal(file.put(1, pack([new Uint8Array(room - 8)])).bytes, room - 8)
})

t.test('a file that holds something else is an error that says so', async (t) => {
  const path = join(t.testdir(), 'frames')
  using file = new FrameFile(path)
  const reader = openFrameFile(path)
  const stored = file.put(7, pack([new Uint8Array(10), new Uint8Array(20)]))
  const { offset } = stored
  t.throws(() => reader?.read(8, stored), { message: `${path} holds request 7 at byte ${offset}, not 8` })
  const wrong = { ...stored, bytes: 29 }
  t.throws(() => reader?.read(7, wrong), { message: `${path} holds 30 bytes of frames for request 7, not 29` })
  const { size } = statSync(path)
  const outside = { ...stored, offset: size - 20 }
  t.throws(() => reader?.read(7, outside), { message: `${path} ends at byte ${size}, inside request 7` })
  reader?.close()
})

t.test('where there is no such file there is nothing to read', async (t) => {
  const folder = t.testdir({ inner: {}, empty: '' })
  t.equal(openFrameFile(join(folder, 'none')), null)
  t.equal(openFrameFile(join(folder, 'inner')), null)
  t.equal(openFrameFile(join(folder, 'empty')), null)
})

t.test('everybody may use the file, whatever the mask, and it is never taken over', async (t) => {
  const path = join(t.testdir(), 'frames')
  const mask = process.umask(0o077)
  using file = new FrameFile(path)
  process.umask(mask)
  t.equal(statSync(path).mode & 0o777, 0o666)
  t.throws(() => new FrameFile(path), { code: 'EEXIST' })
  file.put(1, pack([Uint8Array.of(0xab)]))
  t.ok(readFileSync(path).includes(0xab))
  file[Symbol.dispose]()
  t.throws(() => file.put(2, pack([])), { name: 'SandboxError' })
})

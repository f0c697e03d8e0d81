import { PassThrough, type Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import t from 'tap'
import { splitOutput } from '../../../harness/sandbox/output.ts'

t.test('what was put together by the engine comes apart again, however the stream is cut', async (t) => {
  const part = fc.record({ stream: fc.constantFrom(1, 2), body: fc.uint8Array({ maxLength: 40 }) })
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 8 }),
      fc.array(fc.nat({ max: 30 }), { minLength: 1 }),
      async (parts, cuts) => {
        const source = new PassThrough()
        const { stdout, stderr } = splitOutput(source)
        const read = Promise.all([bytes(stdout), bytes(stderr)])
        const all = Buffer.concat(parts.map(({ stream, body }) => framed(stream, body)))
        for (let start = 0, index = 0; start < all.length; index++) {
          const end = start + 1 + (cuts[index % cuts.length] ?? 0)
          source.write(all.subarray(start, end))
          start = end
        }
        source.end()
        const expected = [1, 2].map((stream) =>
          Buffer.concat(parts.filter((one) => one.stream === stream).map(({ body }) => body)),
        )
        t.strictSame((await read).map(String), expected.map(String))
      },
    ),
    { numRuns: 60 },
  )
})

t.test('a reader that is slow holds the source back, and nothing is lost', async (t) => {
  const source = new PassThrough({ highWaterMark: 1024 })
  const { stdout, stderr } = splitOutput(source)
  stderr.resume()
  const body = Buffer.alloc(200_000, 'x')
  source.write(framed(1, body))
  source.write(framed(1, body))
  await new Promise((resolve) => setImmediate(resolve))
  t.ok(source.isPaused())
  source.end()
  t.equal((await text(stdout)).length, 400_000)
})

t.test('both streams end when the connection breaks', async (t) => {
  const source = new PassThrough()
  source.on('error', () => undefined)
  const { stdout, stderr } = splitOutput(source)
  source.write(framed(1, Buffer.from('half')).subarray(0, 10))
  const read = Promise.all([text(stdout), text(stderr)])
  source.destroy(new Error('reset'))
  t.strictSame((await read).length, 2)
})

function framed(stream: number, body: Uint8Array): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0])
  header.writeUInt32BE(body.length, 4)
  return Buffer.concat([header, body])
}

async function bytes(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

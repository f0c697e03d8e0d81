import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { type FrameFile, openFrameFile } from '../../../generators/agent/frame-file.ts'
import { readLines } from '../../../generators/agent/lines.ts'
import { decodeMessage, encodeRequest, encodeStoredRequest } from '../../../generators/agent/protocol.ts'
import { serve } from '../../../generators/agent/serve.ts'
import { pack, type PackedFrames, unpackCopy } from '../../../generators/conversation/packed-frames.ts'
import { type PackedWire, type Sent, type Wire, WireError } from '../../../generators/wires/wire.ts'
import { FrameFile as HarnessFile } from '../../../harness/sandbox/frame-file.ts'

/** A wire into memory that takes its time, refuses empty frames, and notes when sends overlap. */
class MemoryWire implements PackedWire {
  readonly memory = null
  readonly log: string[]
  #busy = false

  constructor(log: string[]) {
    this.log = log
  }

  async send(frames: readonly Uint8Array[]): Promise<Sent> {
    if (this.#busy) throw new WireError('overlapping sends')
    this.#busy = true
    await turn()
    for (const frame of frames) this.log.push(Buffer.from(frame).toString())
    this.#busy = false
    const refused = frames.flatMap((frame, index) => (frame.length === 0 ? [{ index, error: 'EINVAL' }] : []))
    return { firstAt: 1, lastAt: 2, refused }
  }

  sendPacked(frames: PackedFrames): Promise<Sent> {
    return this.send(unpackCopy(frames))
  }

  close(): void {
    this.log.push('closed')
  }
}

const broken: Wire = {
  send: () => Promise.reject(new WireError('the raw socket broke: EBADF')),
  close: () => {},
}

async function answers(
  chunks: (string | Buffer)[],
  log: string[] = [],
  limit?: number,
  file: FrameFile | null = null,
): Promise<unknown[]> {
  const output = new PassThrough({ highWaterMark: 16 })
  const read = (async () => {
    const messages: unknown[] = []
    for await (const line of readLines(output, 10_000)) messages.push('text' in line ? decodeMessage(line.text) : line)
    return messages
  })()
  await serve(
    Readable.from(chunks.map((chunk) => Buffer.from(chunk))),
    output,
    { frame: new MemoryWire(log), ip: broken },
    { file, ...(limit === undefined ? {} : { limit }) },
  )
  output.end()
  return read
}

function request(id: number, texts: string[], wire: 'frame' | 'ip' = 'frame'): Buffer {
  return Buffer.from(encodeRequest({ id, wire, frames: texts.map((text) => Buffer.from(text)) }))
}

t.test('requests are carried out one after another, in order, and answered in order', async (t) => {
  const log: string[] = []
  const all = Buffer.concat([request(1, ['a', 'b']), request(2, []), request(3, ['c', '', 'd'])])
  t.strictSame(await answers([all], log), [
    { id: 1, type: 'sent', firstAt: 1, lastAt: 2, refused: [] },
    { id: 2, type: 'sent', firstAt: 1, lastAt: 2, refused: [] },
    { id: 3, type: 'sent', firstAt: 1, lastAt: 2, refused: [{ index: 1, error: 'EINVAL' }] },
  ])
  t.strictSame(log, ['a', 'b', 'c', '', 'd'])
})

t.test('a request that comes byte by byte is one request', async (t) => {
  t.match(await answers(Array.from(request(1, ['a']), (byte) => Buffer.of(byte))), [{ id: 1, type: 'sent' }])
})

t.test('a very long request is carried out', async (t) => {
  const log: string[] = []
  const texts = Array.from({ length: 20_000 }, (_, index) => `${index}${'x'.repeat(1000)}`)
  t.match(await answers([request(1, texts)], log), [{ id: 1, type: 'sent', refused: [] }])
  t.strictSame(log, texts)
})

t.test('junk is answered and does not stop what follows', async (t) => {
  const noise = Buffer.from([0, 0xff, 0xfe, 10])
  const chunks = [
    noise,
    '{"id":3,"type":"send","wire":"frame","frames":1,"bytes":3}\n??\n',
    `${'x'.repeat(300)}\n`,
    request(4, ['a'.repeat(300)]),
    request(5, ['a']),
  ]
  t.match(await answers(chunks, [], 200), [
    { id: null, type: 'failed', error: /^not JSON/ },
    { id: 3, type: 'failed', error: 'frames[0] ends 1 bytes behind the request' },
    { id: null, type: 'failed', error: 'a request of 300 bytes; at most 200' },
    { id: null, type: 'failed', error: 'a request of 304 bytes; at most 200' },
    { id: 5, type: 'sent' },
  ])
})

t.test('a broken wire fails the request and leaves the other wire usable', async (t) => {
  t.match(await answers([request(1, ['a'], 'ip'), request(2, ['b'])]), [
    { id: 1, type: 'failed', error: 'the raw socket broke: EBADF' },
    { id: 2, type: 'sent' },
  ])
})

t.test('requests whose frames lie in the file are carried out among the others, in order', async (t) => {
  const path = join(t.testdir(), 'frames')
  using written = new HarnessFile(path)
  const texts = (...all: string[]) => pack(all.map((text) => Buffer.from(text)))
  const [two, three] = [written.put(2, texts('c', '', 'd')), written.put(3, texts('e'))]
  const file = openFrameFile(path)
  const lost = { ...three, offset: two.offset }
  const all = [request(1, ['a', 'b']), encodeStoredRequest(2, two), encodeStoredRequest(3, three), request(4, ['f'])]
  const log: string[] = []
  t.match(await answers([...all, encodeStoredRequest(5, lost), request(6, ['g'])], log, undefined, file), [
    { id: 1, type: 'sent', refused: [] },
    { id: 2, type: 'sent', refused: [{ index: 1, error: 'EINVAL' }] },
    { id: 3, type: 'sent', refused: [] },
    { id: 4, type: 'sent', refused: [] },
    { id: 5, type: 'failed', error: /frames holds request 2 at byte \d+, not 5$/ },
    { id: 6, type: 'sent', refused: [] },
  ])
  t.strictSame(log, ['a', 'b', 'c', '', 'd', 'e', 'f', 'g'])
  file?.close()
})

t.test('an agent that sees no file says so', async (t) => {
  t.match(await answers([encodeStoredRequest(1, { frames: 1, bytes: 1, offset: 0 }), request(2, ['a'])]), [
    { id: 1, type: 'failed', error: 'the agent sees no file with frames' },
    { id: 2, type: 'sent' },
  ])
})

t.test(
  'what comes while a request is carried out is taken at once, in its order, and what is read later too',
  async (t) => {
    const log: string[] = []
    const waiting = [
      Buffer.concat([request(2, ['b']), request(3, ['c']).subarray(0, 20)]),
      request(3, ['c']).subarray(20),
    ]
    const output = new PassThrough()
    const input = Readable.from([request(1, ['a']), request(4, ['d'])])
    await serve(input, output, { frame: new MemoryWire(log), ip: broken }, { more: () => waiting.shift() ?? null })
    t.strictSame(log, ['a', 'b', 'c', 'd'])
    const lines = String(output.read()).trim().split('\n')
    t.strictSame(
      lines.map((line) => decodeMessage(line)),
      [1, 2, 3, 4].map((id) => ({ id, type: 'sent', firstAt: 1, lastAt: 2, refused: [] })),
    )
  },
)

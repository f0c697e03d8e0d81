import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { type Channel, openChannel } from '../../../generators/agent/channel.ts'

/** Both ends of a connection. */
async function connected(test: { teardown: (then: () => void) => void }): Promise<{ channel: Channel; other: Socket }> {
  // Short: the path of a socket has at most 107 bytes.
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-'))
  const path = join(folder, 'socket')
  const server = createServer().listen(path)
  await once(server, 'listening')
  const coming = once(server, 'connection')
  const channel = openChannel(path)
  if (channel === null) throw new Error('nobody listens')
  const [other] = (await coming) as [Socket]
  test.teardown(() => {
    channel.socket.destroy()
    other.destroy()
    server.close()
    rmSync(folder, { recursive: true })
  })
  return { channel, other }
}

const text = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString()

t.test('what has come is there without waiting, once', async (t) => {
  const { channel, other } = await connected(t)
  t.equal(channel.more(), null)
  other.write('one')
  other.write(' two')
  t.equal(text(channel.more()), 'one two')
  t.equal(channel.more(), null)
})

t.test('what Node has read already comes first', async (t) => {
  const { channel, other } = await connected(t)
  const input = channel.socket[Symbol.asyncIterator]()
  const first = input.next()
  other.write('one')
  t.equal(text((await first).value), 'one')
  other.write('two')
  while (channel.socket.readableLength === 0) await turn()
  other.write('three')
  t.equal(channel.more(), null)
  const second = text((await input.next()).value)
  t.equal(`${second}${text(channel.more()) ?? ''}`, 'twothree')
})

t.test('answers go back, and the end is seen', async (t) => {
  const { channel, other } = await connected(t)
  channel.socket.write('answer')
  const [answer] = (await once(other, 'data')) as [Buffer]
  t.equal(answer.toString(), 'answer')
  other.end()
  t.equal(channel.more(), null)
  for await (const chunk of channel.socket) t.fail(String(chunk))
})

t.test('where nobody listens there is no channel', async (t) => {
  t.equal(openChannel(join(t.testdir({}), 'none')), null)
  t.equal(openChannel(`/${'x'.repeat(108)}`), null)
})

import t from 'tap'
import { decodeStack, encodeStack } from '../../../generators/packets/stack.ts'
import { eth, ip4, layer } from './example.ts'

const messages: { name: string; values: Record<string, unknown>; text: string }[] = [
  { name: 'nothing given', values: {}, text: 'GET / HTTP/1.1\r\n\r\n' },
  {
    name: 'a request with a mapping of headers',
    values: { target: '/a', headers: { Host: 'a', 'X-Number': 5 } },
    text: 'GET /a HTTP/1.1\r\nHost: a\r\nX-Number: 5\r\n\r\n',
  },
  {
    name: 'a body, whose length is added',
    values: { method: 'POST', headers: ['Host: a'], body: 'abc' },
    text: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc',
  },
  {
    name: 'a length that is wrong on purpose',
    values: { method: 'POST', headers: [{ name: 'Content-Length', value: 'abc' }], body: 'abc' },
    text: 'POST / HTTP/1.1\r\nContent-Length: abc\r\n\r\nabc',
  },
  {
    name: 'chunks, which need no length',
    values: { method: 'POST', headers: ['transfer-encoding: chunked'], body: '0\r\n\r\n' },
    text: 'POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  },
  {
    name: 'a body without any length',
    values: { contentLength: false, body: 'abc' },
    text: 'GET / HTTP/1.1\r\n\r\nabc',
  },
  {
    name: 'a length of one’s own',
    values: { contentLength: 9, body: 'abc' },
    text: 'GET / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc',
  },
  { name: 'a response without body', values: { status: 200 }, text: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' },
  {
    name: 'a response that never has a body',
    values: { status: 100, reason: 'Continue' },
    text: 'HTTP/1.1 100 Continue\r\n\r\n',
  },
  { name: 'other line ends', values: { lineEnd: '\n', headers: ['a'] }, text: 'GET / HTTP/1.1\na\n\n' },
  {
    name: 'odd lines',
    values: { startLine: ' GET\t/ HTTP/1.1', headers: [' folded', { hex: '61ff62' }] },
    text: ' GET\t/ HTTP/1.1\r\n folded\r\na\u00ffb\r\n\r\n',
  },
]

for (const { name, values, text } of messages)
  t.test(`${name} is written as a peer sees it`, async (t) => {
    t.equal(Buffer.from(encodeStack([layer('http', values)])).toString('latin1'), text)
  })

t.test('a message is read into lines that make it again', async (t) => {
  const text = 'HTTP/1.1 200 OK\r\nServer: a\r\nX: \u00ff\r\n\r\nbody'
  const bytes = Uint8Array.from(Buffer.from(text, 'latin1'))
  const [message] = decodeStack(bytes, 'http')
  t.match(message?.values, {
    startLine: 'HTTP/1.1 200 OK',
    lineEnd: '\r\n',
    headers: ['Server: a', Uint8Array],
    contentLength: false,
  })
  t.same(encodeStack(decodeStack(bytes, 'http')), bytes)
})

t.test('a segment that is the middle of a message is a payload, and no problem', async (t) => {
  const segment = layer('tcp', { sourcePort: 40000, destinationPort: 80, flags: ['ACK'] })
  for (const data of ['middle of a body', 'GET / HTTP/1.1\r\nHost: no end'])
    t.match(decodeStack(encodeStack([eth, ip4, segment, layer('payload', { data })])).at(-1), {
      layer: 'payload',
      problems: [],
    })
})

t.test('a layer inside comes after the message and is not counted', async (t) => {
  const bytes = encodeStack([layer('http', { body: 'a' }), layer('payload', { data: 'tail' })])
  t.equal(Buffer.from(bytes).toString(), 'GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\natail')
})

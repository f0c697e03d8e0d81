import fc from 'fast-check'
import t from 'tap'
import {
  type AgentMessage,
  announcedBytes,
  decodeMessage,
  decodeRequest,
  encodeMessage,
  encodeRequest,
  ProtocolError,
} from '../../../generators/agent/protocol.ts'

/** A request as it travels, taken apart: its line without the end, and the bytes behind it. */
function parts(request: Uint8Array): { line: string; body: Uint8Array } {
  const end = request.indexOf(10)
  return { line: Buffer.from(request.subarray(0, end)).toString(), body: request.subarray(end + 1) }
}

t.test('a request comes out as it went in, and its line announces what follows', async () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 200 }))
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom('ip' as const, 'frame' as const), frames, (id, wire, frames) => {
      const { line, body } = parts(encodeRequest({ id, wire, frames }))
      const decoded = decodeRequest(line, body)
      return (
        announcedBytes(line) === body.length &&
        decoded.id === id &&
        decoded.wire === wire &&
        decoded.frames.length === frames.length &&
        decoded.frames.every((frame, index) => Buffer.compare(frame, frames[index] as Uint8Array) === 0)
      )
    }),
  )
})

t.test('a view into a larger buffer travels alone', async (t) => {
  const frame = Buffer.from('00112233', 'hex').subarray(1, 3)
  const { line, body } = parts(encodeRequest({ id: 1, wire: 'ip', frames: [frame] }))
  t.same(
    decodeRequest(line, body).frames.map((bytes) => Buffer.from(bytes).toString('hex')),
    ['1122'],
  )
})

t.test('a line that is no request announces nothing', async (t) => {
  for (const line of ['', '{', '{"bytes":5}', '{"id":1,"bytes":-5}', '{"id":1,"bytes":"5"}', '{"id":1,"bytes":5} '])
    t.equal(announcedBytes(line), 0, line)
})

t.test('random bytes are frames or a ProtocolError, never anything else', async () => {
  const line = fc.oneof(fc.string(), fc.json(), fc.constant('{"id":1,"type":"send","wire":"ip","frames":1,"bytes":8}'))
  fc.assert(
    fc.property(line, fc.uint8Array({ maxLength: 16 }), (line, body) => {
      try {
        return decodeRequest(line, body).frames.length >= 0
      } catch (error) {
        return error instanceof ProtocolError
      }
    }),
  )
})

const send = '{"id":1,"type":"send","wire":"ip"'
const badRequests: [line: string, body: string, id: number | null, problem: RegExp][] = [
  ['{', '', null, /^not JSON: "\{"$/],
  ['[]', '', null, /^not an object: \[\]$/],
  ['null', '', null, /^not an object: null$/],
  ['{}', '', null, /^id must be a whole number, not undefined$/],
  ['{"id":-1}', '', null, /^id must be a whole number, not -1$/],
  ['{"id":"1"}', '', null, /^id must be a whole number, not "1"$/],
  ['{"id":1}', '', 1, /^unknown type undefined; an agent takes "send"$/],
  ['{"id":1,"type":"stop"}', '', 1, /^unknown type "stop"; an agent takes "send"$/],
  ['{"id":1,"type":"send","wire":"radio"}', '', 1, /^unknown wire "radio"; there are "ip" and "frame"$/],
  [`${send}}`, '', 1, /^frames must be how many there are, not undefined$/],
  [`${send},"frames":["AAAA"]}`, '', 1, /^frames must be how many there are, not \["AAAA"\]$/],
  [`${send},"frames":1}`, '', 1, /^bytes is undefined, but 0 bytes came$/],
  [`${send},"frames":1,"bytes":9}`, '0400', 1, /^bytes is 9, but 2 bytes came$/],
  [`${send},"frames":1,"bytes":2}`, '0400', 1, /^frames\[0\] ends 2 bytes behind the request$/],
  [`${send},"frames":1,"bytes":6}`, '040000001122', 1, /^frames\[0\] ends 2 bytes behind the request$/],
  [`${send},"frames":2,"bytes":6}`, '020000001122', 1, /^2 frames are announced, but 1 came$/],
  [`${send},"frames":1,"bytes":6}`, '0000000000', 1, /^bytes is 6, but 5 bytes came$/],
]

for (const [line, body, id, message] of badRequests) {
  t.test(`refused: ${line} ${body}`, async (t) => {
    t.throws(() => decodeRequest(line, Buffer.from(body, 'hex')), { name: 'ProtocolError', id, message })
  })
}

const messages: AgentMessage[] = [
  { type: 'ready', interface: { name: 'eth0', index: 16, link: 17, mac: '02:42:c6:12:00:02', mtu: 1500 } },
  { id: 1, type: 'sent', firstAt: 1.25, lastAt: 2.5, refused: [{ index: 0, error: 'EMSGSIZE' }] },
  { id: 2, type: 'failed', error: 'why' },
  { id: null, type: 'failed', error: 'why' },
]

for (const message of messages) {
  t.test(`message ${message.type} comes out as it went in`, async (t) => {
    const line = encodeMessage(message)
    t.equal(line.indexOf('\n'), line.length - 1)
    t.strictSame(decodeMessage(line), message)
  })
}

const badMessages = [
  'Segmentation fault',
  '{"type":"ready"}',
  '{"type":"ready","interface":{"name":"eth0","index":"16","link":17,"mac":"","mtu":1500}}',
  '{"type":"sent","firstAt":1,"lastAt":2,"refused":[]}',
  '{"id":1,"type":"sent","firstAt":1,"lastAt":null,"refused":[]}',
  '{"id":1,"type":"sent","firstAt":1,"lastAt":2,"refused":[null]}',
  '{"id":1,"type":"failed"}',
  '{"type":"failed","error":"why"}',
  '{"id":1,"type":"else"}',
]

for (const line of badMessages) {
  t.test(`not taken for a message: ${line.slice(0, 70)}`, async (t) => {
    t.throws(() => decodeMessage(line), { name: 'ProtocolError' })
  })
}

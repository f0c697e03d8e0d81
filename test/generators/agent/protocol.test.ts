import fc from 'fast-check'
import t from 'tap'
import {
  type AgentMessage,
  decodeMessage,
  decodeRequest,
  encodeMessage,
  encodeRequest,
} from '../../../generators/agent/protocol.ts'

t.test('a request comes out as it went in', async () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 200 }))
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom('ip' as const, 'frame' as const), frames, (id, wire, frames) => {
      const line = encodeRequest({ id, wire, frames })
      const decoded = decodeRequest(line)
      return (
        line.indexOf('\n') === line.length - 1 &&
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
  t.same(decodeRequest(encodeRequest({ id: 1, wire: 'ip', frames: [frame] })).frames, [Buffer.from('1122', 'hex')])
})

const badRequests: [line: string, id: number | null, problem: RegExp][] = [
  ['{', null, /^not JSON: "\{"$/],
  ['[]', null, /^not an object: \[\]$/],
  ['null', null, /^not an object: null$/],
  ['{}', null, /^id must be a whole number, not undefined$/],
  ['{"id":-1}', null, /^id must be a whole number, not -1$/],
  ['{"id":"1"}', null, /^id must be a whole number, not "1"$/],
  ['{"id":1}', 1, /^unknown type undefined; an agent takes "send"$/],
  ['{"id":1,"type":"stop"}', 1, /^unknown type "stop"; an agent takes "send"$/],
  ['{"id":1,"type":"send","wire":"radio"}', 1, /^unknown wire "radio"; there are "ip" and "frame"$/],
  ['{"id":1,"type":"send","wire":"ip"}', 1, /^frames must be a list of base64 texts, not undefined$/],
  ['{"id":1,"type":"send","wire":"ip","frames":["AAAA",7]}', 1, /^frames\[1\] is not base64: 7$/],
  ['{"id":1,"type":"send","wire":"ip","frames":["A"]}', 1, /^frames\[0\] is not base64: "A"$/],
  ['{"id":1,"type":"send","wire":"ip","frames":["AA!A"]}', 1, /^frames\[0\] is not base64: "AA!A"$/],
  ['{"id":1,"type":"send","wire":"ip","frames":["AA=A"]}', 1, /^frames\[0\] is not base64: "AA=A"$/],
  [
    `{"id":1,"type":"send","wire":"ip","frames":["${'-?'.repeat(200)}"]}`,
    1,
    /^frames\[0\] is not base64: "(-\?)+-?\.\.\.$/,
  ],
]

for (const [line, id, message] of badRequests) {
  t.test(`refused: ${line.slice(0, 70)}`, async (t) => {
    t.throws(() => decodeRequest(line), { name: 'ProtocolError', id, message })
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

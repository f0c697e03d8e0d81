import t from 'tap'
import { decodeStack, encodeStack } from '../../../generators/packets/stack.ts'
import { eth, ip4, layer } from './example.ts'
import { toHex } from './hex.ts'
import { malformedBinary } from './malformed-binary.ts'
import { malformedInternet } from './malformed-internet.ts'
import { malformedOthers } from './malformed-others.ts'
import { malformedSessions } from './malformed-sessions.ts'
import { malformedWeb } from './malformed-web.ts'

const udp = layer('udp', { sourcePort: 40000, destinationPort: 9999 })
const data = layer('payload', { data: 'hello' })

for (const { name, stack, size, at = {}, problem } of [
  ...malformedInternet,
  ...malformedOthers,
  ...malformedSessions,
  ...malformedWeb,
  ...malformedBinary,
]) {
  t.test(`${name} is made as described, and named by the decoder`, async (t) => {
    const bytes = encodeStack(stack)
    t.equal(bytes.length - 14, size)
    for (const [offset, digits] of Object.entries(at)) {
      const wanted = digits.replace(/\s/g, '')
      t.equal(toHex(bytes.subarray(14 + Number(offset), 14 + Number(offset) + wanted.length / 2)), wanted)
    }
    const decoded = decodeStack(bytes)
    t.match(decoded.flatMap(({ problems }) => problems).join('\n'), problem)
    t.equal(toHex(encodeStack(decoded)), toHex(bytes))
  })
}

t.test('a frame shorter than the Ethernet header is a payload', async (t) => {
  const bytes = encodeStack([layer('ethernet', { ...eth.values, truncate: 12 })])
  t.equal(bytes.length, 12)
  t.match(decodeStack(bytes), [{ layer: 'payload', offset: 0, problems: [/ethernet: cut short: 12 bytes/] }])
})

t.test('bytes hidden after a datagram are counted by the layers around only', async (t) => {
  const bytes = encodeStack([
    eth,
    ip4,
    layer('udp', { ...udp.values, trailer: { repeat: { byte: 0x41, count: 36 } } }),
    data,
  ])
  const [, outer, inner, last] = decodeStack(bytes)
  t.equal(outer?.values.totalLength, 20 + 8 + 5 + 36)
  t.equal(inner?.values.length, 13)
  t.same(inner?.values.trailer, new Uint8Array(36).fill(0x41))
  t.same(last?.values.data, new TextEncoder().encode('hello'))
  t.same(inner?.problems, [])
})

t.test('bytes after the IP datagram are the trailer of the IP layer', async (t) => {
  const bytes = encodeStack([eth, layer('ipv4', { ...ip4.values, trailer: { hex: '000000' } }), udp])
  const [, outer] = decodeStack(bytes)
  t.equal(outer?.values.totalLength, 28)
  t.same(outer?.values.trailer, new Uint8Array(3))
})

t.test('lengths that do not fit their field are written as its largest value', async (t) => {
  const bytes = encodeStack([eth, ip4, udp, layer('payload', { data: { repeat: { byte: 0, count: 70000 } } })])
  t.equal(bytes.length, 14 + 20 + 8 + 70000)
  t.equal(toHex(bytes.subarray(16, 18)), 'ffff')
  t.equal(toHex(bytes.subarray(38, 40)), 'ffff')
})

t.test('more layers than anyone needs end in a payload', async (t) => {
  const decoded = decodeStack(new Uint8Array(4000), 'mpls')
  t.equal(decoded.length, 257)
  t.match(decoded.at(-1), { layer: 'payload', problems: ['more than 256 layers'] })
})

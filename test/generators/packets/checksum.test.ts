import t from 'tap'
import { internetChecksum, sumPseudoHeader, foldSum, sumWords } from '../../../generators/packets/checksum.ts'
import { decodeStack, encodeStack } from '../../../generators/packets/stack.ts'
import { eth, ip4, ip6, layer } from './example.ts'
import { fromHex } from './hex.ts'

t.test('the example of RFC 1071 §3 sums to ddf2', async (t) => {
  t.equal(internetChecksum(fromHex('0001 f203 f4f5 f6f7')), ~0xddf2 & 0xffff)
})

t.test('an odd last byte counts as the upper half of a word', async (t) => {
  t.equal(sumWords(fromHex('0102 03')), 0x0102 + 0x0300)
})

t.test('a sum over checksum and all is zero', async (t) => {
  t.equal(internetChecksum(fromHex('45000073000040004011b861c0a80001c0a800c7')), 0)
})

t.test('carries fold back in, also those that carry again', async (t) => {
  t.equal(foldSum(0x1ffff), ~1 & 0xffff)
  t.equal(foldSum(0xffffffff), 0)
  t.equal(foldSum(0xffff), 0)
  t.equal(foldSum(0), 0xffff)
})

t.test('the pseudo header adds a length of more than 16 bits as two words', async (t) => {
  const network = { source: new Uint8Array(16), destination: new Uint8Array(16) }
  t.equal(sumPseudoHeader(network, 17, 0x10002), 17 + 1 + 2)
})

t.test('a UDP checksum that comes out as zero is written as ffff', async (t) => {
  const sum = (data: number) =>
    decodeStack(encodeStack([eth, ip4, layer('udp'), layer('payload', { data: word(data) })]))[2]?.values
      .checksum as number
  const complement = sum(0)
  t.equal(sum(complement), 0xffff)
})

t.test('a transport checksum without an IP layer around stays zero', async (t) => {
  for (const name of ['tcp', 'udp', 'icmpv6'])
    t.equal(decodeStack(encodeStack([layer(name)]), name)[0]?.values.checksum, 0)
})

t.test('inside a tunnel the nearest addresses count', async (t) => {
  const inner = [
    layer('ipv4', { source: '10.0.0.1', destination: '10.0.0.2' }),
    layer('udp', { sourcePort: 1, destinationPort: 2 }),
  ]
  const alone = decodeStack(encodeStack([eth, ...inner]))[2]?.values.checksum
  for (const around of [[ip4], [ip6], [ip4, layer('gre')], [ip6, layer('udp'), layer('vxlan'), eth]]) {
    const decoded = decodeStack(encodeStack([eth, ...around, ...inner]))
    t.equal(decoded.at(-1)?.values.checksum, alone)
    t.same(
      decoded.flatMap(({ problems }) => problems),
      [],
    )
  }
})

t.test('a UDP checksum covers what the given length says', async (t) => {
  const bytes = encodeStack([eth, ip4, layer('udp', { length: 10 }), layer('payload', { data: 'hello' })])
  t.same(
    decodeStack(bytes).flatMap(({ problems }) => problems),
    [],
  )
})

function word(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff)
}

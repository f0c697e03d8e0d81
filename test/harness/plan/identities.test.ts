import ipaddr from 'ipaddr.js'
import t from 'tap'
import { identities } from '../../../harness/plan/identities.ts'
import { subnetProblem } from '../../../harness/plan/subnet.ts'

t.test('a full wave of a /20: every field is unique and in its range', async (t) => {
  const { capacity, identity } = identities('198.18.16.0/20', 'seed')
  t.equal(capacity, 2039)
  const all = Array.from({ length: capacity }, (_, slot) => identity(0, slot))
  const ends = all.flatMap(({ client, server }) => [client, server])
  const count = (values: unknown[]) => new Set(values).size
  t.equal(count(all.map(({ marker }) => marker)), capacity)
  t.equal(count(all.map(({ client }) => client.port)), capacity)
  t.equal(count(ends.map(({ ipv4 }) => ipv4)), capacity * 2)
  t.equal(count(ends.map(({ ipv6 }) => ipv6)), capacity * 2)
  t.equal(count(ends.map(({ mac }) => mac)), capacity * 2)
  t.ok(all.every(({ marker }) => /^[0-9a-f]{8}$/.test(marker)))
  t.ok(all.every(({ client, server }) => client.port >= 32_768 && client.port <= 60_999 && server.port === 80))
  t.ok(ends.every(({ mac }) => /^02:54(:[0-9a-f]{2}){4}$/.test(mac)))
  const ipv4 = ipaddr.parseCIDR('198.18.16.0/20')
  const ipv6 = ipaddr.parseCIDR('fd54:6f63:7369::/64')
  t.ok(ends.every((end) => ipaddr.parse(end.ipv4).match(ipv4) && ipaddr.parse(end.ipv6).match(ipv6)))
  t.ok(ends.every((end) => ipaddr.IPv6.parse(end.ipv6).toRFC5952String() === end.ipv6))
  t.equal(all[0]?.client.ipv4, '198.18.16.16')
  t.equal(all[0]?.server.ipv4, '198.18.16.17')
  t.equal(all.at(-1)?.server.ipv4, '198.18.31.253')
})

t.test('IPv6 addresses keep their normal form when they grow', async (t) => {
  const { identity, capacity } = identities('198.18.0.0/20', 'seed')
  for (const wave of [0, 16, 17, 100, 500_000]) {
    for (const slot of [0, 1, capacity - 1]) {
      const { client, server } = identity(wave, slot)
      t.equal(ipaddr.IPv6.parse(client.ipv6).toRFC5952String(), client.ipv6)
      t.equal(ipaddr.IPv6.parse(server.ipv6).toRFC5952String(), server.ipv6)
    }
  }
})

t.test('a wave never has more identities than there are ephemeral ports', async (t) => {
  t.equal(identities('10.0.0.0/12', 'seed').capacity, 28_232)
})

t.test('slots and waves beyond the numbers are refused', async (t) => {
  const { identity, capacity } = identities('198.18.0.0/26', 'seed')
  t.throws(() => identity(0, capacity), RangeError)
  t.throws(() => identity(0, -1), RangeError)
  t.throws(() => identity(2 ** 31, 0), RangeError)
})

const refused: [subnet: string, problem: string][] = [
  ['198.18.0.0', '"198.18.0.0" is not an IPv4 network; write it like 198.18.0.0/20'],
  ['198.18.0.256/20', '"198.18.0.256/20" is not an IPv4 network; write it like 198.18.0.0/20'],
  ['198.018.0.0/20', '"198.018.0.0/20" is not an IPv4 network; write it like 198.18.0.0/20'],
  ['fd00::/64', '"fd00::/64" is not an IPv4 network; write it like 198.18.0.0/20'],
  ['198.18.0.0/33', '"198.18.0.0/33" is not an IPv4 network; write it like 198.18.0.0/20'],
  ['198.18.0.0/30', '"198.18.0.0/30": the prefix must be from /12 to /26'],
  ['10.0.0.0/8', '"10.0.0.0/8": the prefix must be from /12 to /26'],
  ['198.18.1.0/20', '"198.18.1.0/20" is not the network\'s first address; write 198.18.0.0/20'],
  ['8.8.8.0/24', '"8.8.8.0/24" is not reserved for private use or tests; take one of 198.18.0.0/15'],
  ['172.32.0.0/16', '"172.32.0.0/16" is not reserved for private use or tests; take one of 198.18.0.0/15'],
  ['127.0.0.0/24', '"127.0.0.0/24" is not reserved for private use or tests; take one of 198.18.0.0/15'],
  ['224.0.0.0/24', '"224.0.0.0/24" is not reserved for private use or tests; take one of 198.18.0.0/15'],
]

t.test('a subnet that a sandbox may not have is refused', async (t) => {
  for (const [subnet, problem] of refused) {
    t.equal(subnetProblem(subnet), problem)
    t.throws(() => identities(subnet, 'seed'), { message: `sandbox subnet ${problem}`, exitCode: 2 })
  }
  for (const subnet of [
    '198.18.0.0/20',
    '198.19.240.0/20',
    '172.31.0.0/16',
    '192.168.7.0/24',
    '100.64.0.0/12',
    '203.0.113.0/26',
  ]) {
    t.equal(subnetProblem(subnet), null)
  }
})

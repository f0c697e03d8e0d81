import fc from 'fast-check'
import t from 'tap'
import { boundLayer } from '../../../generators/packets/bindings.ts'
import { decodeStack, encodeStack, layerNames, type LayerSpec } from '../../../generators/packets/stack.ts'
import { eth, layer } from './example.ts'
import { examples } from './examples.ts'
import { toHex } from './hex.ts'

const frames = examples.map(({ stack }) => encodeStack(stack))

for (const [index, { name, stack }] of examples.entries()) {
  t.test(`${name}: read back as the same layers without a problem`, async (t) => {
    const bytes = frames[index] as Uint8Array
    const decoded = decodeStack(bytes)
    t.same(
      decoded.flatMap(({ layer: found, problems }) => problems.map((problem) => `${found}: ${problem}`)),
      [],
    )
    t.same(
      decoded.map(({ layer: found }) => found),
      stack.map(({ layer: wanted }) => wanted),
    )
    t.equal(toHex(encodeStack(decoded)), toHex(bytes))
    let offset = 0
    for (const read of decoded) {
      t.equal(read.offset, offset)
      offset += read.length
    }
  })
}

const u16 = fc.integer({ min: 0, max: 0xffff })
const unbound = fc
  .integer({ min: 10000, max: 0xffff })
  .filter((port) => [boundLayer('udpPort', port), boundLayer('tcpPort', port)].every((bound) => bound === undefined))
const u32 = fc.integer({ min: 0, max: 0xffffffff })
const address4 = fc.ipV4()
const address6 = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => (toHex(bytes).match(/.{4}/g) ?? []).join(':'))
const data = fc.uint8Array({ minLength: 1, maxLength: 200 })
const tcpOption = fc.oneof(
  fc.constant({ type: 'nop' }),
  fc.constant({ type: 'sackPermitted' }),
  u16.map((value) => ({ type: 'mss', value })),
  fc.record({ type: fc.constant('timestamps'), value: u32, echo: u32 }),
  fc.uint8Array({ minLength: 0, maxLength: 6 }).map((cookie) => ({ type: 'fastOpen', cookie })),
)
const network = fc.oneof(
  fc
    .record({ source: address4, destination: address4, identification: u16, ttl: fc.integer({ min: 0, max: 255 }) })
    .map((values) => layer('ipv4', values)),
  fc
    .record({ source: address6, destination: address6, flowLabel: fc.integer({ min: 0, max: 0xfffff }) })
    .map((values) => layer('ipv6', values)),
)
const transport = fc.oneof(
  fc.record({ sourcePort: unbound, destinationPort: unbound }).map((values) => layer('udp', values)),
  fc
    .record({
      sourcePort: unbound,
      destinationPort: unbound,
      sequenceNumber: u32,
      acknowledgmentNumber: u32,
      window: u16,
      flags: fc.subarray(['CWR', 'ECE', 'URG', 'ACK', 'PSH', 'RST', 'SYN', 'FIN']),
      options: fc.array(tcpOption, { maxLength: 3 }),
    })
    .map((values) => layer('tcp', values)),
)
const tunnel = fc.constantFrom<LayerSpec[]>(
  [],
  [layer('dot1q', { vlan: 9 })],
  [layer('mpls')],
  [layer('dot1ad'), layer('dot1q')],
)

t.test('random correct packets are read back as they were described', async (t) => {
  fc.assert(
    fc.property(
      tunnel,
      fc.array(network, { minLength: 1, maxLength: 3 }),
      transport,
      data,
      (outer, networks, inner, bytes) => {
        const stack = [eth, ...outer, ...networks, inner, layer('payload', { data: bytes })]
        const encoded = encodeStack(stack)
        const decoded = decodeStack(encoded)
        if (decoded.some(({ problems }) => problems.length > 0)) throw new Error(JSON.stringify(decoded))
        t.same(
          decoded.map(({ layer: found }) => found),
          stack.map(({ layer: wanted }) => wanted),
        )
        t.match(decoded.at(-2)?.values, withoutOptions(inner.values))
        t.same(decoded.at(-1)?.values.data, bytes)
        t.equal(toHex(encodeStack(decoded)), toHex(encoded))
      },
    ),
    { numRuns: 300 },
  )
})

t.test('any bytes at all are decoded in little time, and encoded again to the same bytes', async (t) => {
  const names = layerNames()
  const seed = 20260101
  const random = generator(seed)
  const started = process.cpuUsage()
  for (let run = 0; run < 20_000; run++) {
    const mutate = run % 4 !== 0
    const bytes = mutate ? mutated(frames[random(frames.length)] as Uint8Array, random) : noise(random(160), random)
    const first = mutate ? 'ethernet' : (names[random(names.length)] as string)
    const decoded = decodeStack(bytes, first)
    const again = toHex(encodeStack(decoded))
    if (again !== toHex(bytes)) t.equal(again, toHex(bytes), `run ${run} of seed ${seed}, from ${first}`)
  }
  const { user } = process.cpuUsage(started)
  t.comment(`${Math.round(user / 20_000)} microseconds each`)
})

t.test('the worst inputs known are decoded at once', async (t) => {
  const worst = [0x00, 0x01, 0x45, 0x47, 0x60, 0xc0, 0xff].map((byte) => new Uint8Array(65535).fill(byte))
  for (const bytes of worst)
    for (const first of layerNames()) {
      const before = process.cpuUsage()
      t.equal(encodeStack(decodeStack(bytes, first)).length, bytes.length)
      t.ok(process.cpuUsage(before).user < 2_000_000, `${first} from ${bytes[0]}`)
    }
})

function withoutOptions(values: Record<string, unknown>): Record<string, unknown> {
  const { options: _options, flags: _flags, ...others } = values
  return others
}

/** Numbers below a limit, the same for the same seed (a linear congruence). */
function generator(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

function noise(length: number, random: (limit: number) => number): Uint8Array {
  return Uint8Array.from({ length }, () => random(256))
}

function mutated(frame: Uint8Array, random: (limit: number) => number): Uint8Array {
  const bytes = frame.slice(0, random(3) === 0 ? random(frame.length) : frame.length)
  for (let changes = random(5); changes > 0 && bytes.length > 0; changes--) bytes[random(bytes.length)] = random(256)
  return bytes
}

import { createHash } from 'node:crypto'
import t from 'tap'
import { encodeRequest } from '../../generators/agent/protocol.ts'
import { internetChecksum } from '../../generators/packets/checksum.ts'
import { AgentClient, Rig, soon, type Started, Tap, textOf } from './wire-rig.ts'

const ghost = '02:74:6f:63:73:69'
const far = '02:74:6f:63:00:02'
const rig = new Rig()
t.teardown(() => rig[Symbol.asyncDispose]())

/** Without its set-up nothing can be tested: what it has made by then goes away, and the error comes out. */
const { actorImage, subnet, agent, tap } = await setUp().catch(async (error) => {
  await rig[Symbol.asyncDispose]()
  throw error
})

t.test('the agent says what its interface is', async (t) => {
  t.match(agent.interface, { name: 'eth0', index: Number, link: Number, mac: /^02:42:/, mtu: 1500 })
  t.not(agent.interface.link, agent.interface.index)
})

t.test('the frame wire sends frames byte for byte, of any size and protocol', async (t) => {
  const frames = [14, 15, 59, 60, 64, 1514].map((size) => experimental(size, size))
  frames.push(tagged(70), udp(100, 7))
  const before = Date.now()
  const sent = await agent.send('frame', frames)
  t.match(sent, { type: 'sent', refused: [] })
  // The agent's clock runs on its own from its start; the system's may be set meanwhile.
  const apart = 100
  t.ok(sent.firstAt >= before - apart && sent.firstAt <= sent.lastAt && sent.lastAt <= Date.now() + apart)
  t.strictSame(hex(await tap.until(same(frames.at(-1)))), hex(frames))
})

t.test('frames that the kernel refuses are named and do not stop the others', async (t) => {
  const frames = [
    new Uint8Array(0),
    experimental(60, 1),
    experimental(13, 2),
    experimental(1519, 3),
    experimental(60, 4),
  ]
  frames.push(experimental(70_000, 5), experimental(2 << 20, 6), experimental(60, 7))
  const { refused } = await agent.send('frame', frames)
  t.strictSame(refused, [
    { index: 0, error: 'EINVAL' },
    { index: 2, error: 'EINVAL' },
    { index: 3, error: 'EMSGSIZE' },
    { index: 5, error: 'EMSGSIZE' },
    { index: 6, error: 'EMSGSIZE' },
  ])
  t.strictSame(hex(await tap.until(same(frames[7]))), hex([1, 4, 7].map((index) => frames[index])))
})

t.test('10,000 frames come out of the frame wire in order', async (t) => {
  const frames = Array.from({ length: 10_000 }, (_, index) => experimental(64, index))
  t.strictSame((await agent.send('frame', frames)).refused, [])
  t.equal(digest(await tap.until(same(frames.at(-1)))), digest(frames))
})

t.test('among many frames too, those that the kernel refuses are named and do not stop the others', async (t) => {
  const frames = Array.from({ length: 3000 }, (_, index) => experimental(60 + (index % 1400), index))
  for (const [index, size] of [
    [0, 13],
    [700, 1519],
    [1500, 0],
    [2999, 5000],
  ] as const)
    frames[index] = size === 0 ? new Uint8Array(0) : experimental(size, index)
  frames[800] = tagged(1518)
  const { refused } = await agent.send('frame', frames)
  t.strictSame(refused, [
    { index: 0, error: 'EINVAL' },
    { index: 700, error: 'EMSGSIZE' },
    { index: 1500, error: 'EINVAL' },
    { index: 2999, error: 'EMSGSIZE' },
  ])
  const bad = [0, 700, 1500, 2999]
  const good = frames.filter((_, index) => !bad.includes(index))
  t.equal(digest(await tap.until(same(good.at(-1)))), digest(good))
})

t.test('the ip wire sends packets as they are, with an Ethernet header of the kernel', async (t) => {
  const frames = [udp(60, 1), udp(1514, 2), udpOverIpv6(90), udp(60, 3)]
  t.strictSame((await agent.send('ip', frames)).refused, [])
  const seen = await tap.until((bytes) => same(packetOf(udp(60, 3)))(packetOf(bytes)))
  t.strictSame(hex(seen.map(packetOf)), hex(frames.map(packetOf)))
  t.strictSame(hex(seen.map((bytes) => bytes.subarray(0, 12))), Array(4).fill(`${mac(far)}${mac(agent.interface.mac)}`))
})

t.test('packets that the ip wire cannot send are named and do not stop the others', async (t) => {
  const unroutable = udp(60, 4)
  unroutable.set([203, 0, 113, 1], 30)
  const frames = [
    udp(60, 1),
    experimental(60, 0),
    udp(60, 2),
    udp(1515, 3),
    unroutable,
    udp(60, 5).subarray(0, 20),
    udp(60, 6),
  ]
  const { refused } = await agent.send('ip', frames)
  t.strictSame(refused, [
    { index: 1, error: 'EAFNOSUPPORT' },
    { index: 3, error: 'EMSGSIZE' },
    { index: 4, error: 'EHOSTUNREACH' },
    { index: 5, error: 'EINVAL' },
  ])
  const seen = await tap.until((bytes) => same(packetOf(udp(60, 6)))(packetOf(bytes)))
  t.strictSame(hex(seen.map(packetOf)), hex([udp(60, 1), udp(60, 2), udp(60, 6)].map(packetOf)))
})

t.test('10,000 packets come out of the ip wire in order', async (t) => {
  const frames = Array.from({ length: 10_000 }, (_, index) => udp(64, index))
  t.strictSame((await agent.send('ip', frames)).refused, [])
  const last = packetOf(frames.at(-1) as Uint8Array)
  const seen = await tap.until((bytes) => same(last)(packetOf(bytes)))
  t.equal(digest(seen.map(packetOf)), digest(frames.map(packetOf)))
})

t.test('requests that are written at once are carried out in order, junk between them answered', async (t) => {
  const first = encodeRequest({ id: 901, wire: 'frame', frames: [experimental(60, 1)] })
  const second = encodeRequest({ id: 902, wire: 'ip', frames: [udp(60, 2)] })
  agent.write(Buffer.concat([first, Buffer.from('{"id":7,"type":"dance"}\n}\n'), second]))
  t.match(await agent.answer(), { id: 901, type: 'sent', refused: [] })
  t.match(await agent.answer(), { id: 7, type: 'failed', error: /dance/ })
  t.match(await agent.answer(), { id: null, type: 'failed', error: /not JSON/ })
  t.match(await agent.answer(), { id: 902, type: 'sent', refused: [] })
})

t.test('an agent ends with status 0 when its input ends or on SIGTERM', async (t) => {
  const options = { CapAdd: ['NET_RAW'] }
  const [one, other] = [await rig.start(actorImage, null, options), await rig.start(actorImage, null, options)]
  await Promise.all([AgentClient.on(one), AgentClient.on(other)])
  one.stdin.end()
  await rig.docker.getContainer(other.id).kill({ signal: 'SIGTERM' })
  t.strictSame(await soon(Promise.all([one.exit, other.exit]), 'agents to end'), [0, 0])
})

t.test('an agent that cannot open its sockets says so and ends with status 1', async (t) => {
  t.match(await ending(await rig.start(actorImage, null, { CapAdd: [] })), {
    status: 1,
    stdout: '',
    stderr: /^agent: cannot open a packet socket: EPERM; it wants CAP_NET_RAW\n$/,
  })
  const command = ['node', 'generators/agent/agent.js', 'eth7']
  t.match(await ending(await rig.start(actorImage, command, { CapAdd: ['NET_RAW'] })), {
    status: 1,
    stdout: '',
    stderr: /^agent: no network interface eth7; there are: eth0\n$/,
  })
})

async function setUp() {
  const { actor: actorImage, sensor: tapImage } = await rig.images()
  const subnet = await rig.network()
  const container = await rig.start(actorImage, null, {
    CapAdd: ['NET_RAW'],
    Sysctls: { 'net.ipv6.conf.all.disable_ipv6': '0' },
  })
  const agent = await AgentClient.on(container)
  const filter = `ether src ${ghost} or (ether src ${agent.interface.mac} and ether dst ${far})`
  const tap = await Tap.on(rig, tapImage, filter)
  // No kernel answers for the ghosts, so the actor's must know where they are.
  const ipv6 = 'fd54:6f63:7369::'
  await run(tapImage, `container:${container.id}`, [
    `ip neigh replace ${subnet}.200 lladdr ${far} dev eth0 nud permanent`,
    'ip route replace unreachable 203.0.113.0/24',
    `ip -6 addr add ${ipv6}1/64 dev eth0 nodad`,
    `ip -6 neigh replace ${ipv6}c8 lladdr ${far} dev eth0 nud permanent`,
  ])
  return { actorImage, subnet, agent, tap }
}

async function ending(started: Started): Promise<{ status: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = await soon(Promise.all([textOf(started.stdout), textOf(started.stderr)]), 'output')
  return { status: await soon(started.exit, 'the end'), stdout, stderr }
}

/** Runs `ip` commands in another container's network namespace. */
async function run(image: string, network: string, commands: string[]): Promise<void> {
  const helper = await rig.start(image, ['sh', '-ec', commands.join('\n')], {
    CapAdd: ['NET_ADMIN'],
    NetworkMode: network,
  })
  const { status, stderr } = await ending(helper)
  if (status !== 0) throw new Error(stderr)
}

/** A frame of the ethertype for local experiments (IEEE 802, 0x88b5) with a number in it. */
function experimental(size: number, number: number): Uint8Array {
  const bytes = Buffer.alloc(Math.max(size, 18), 0xa5)
  bytes.write(`${mac(far)}${mac(ghost)}88b5`, 'hex')
  bytes.writeUInt32BE(number, 14)
  return new Uint8Array(bytes.subarray(0, size))
}

/** The same behind an 802.1Q tag. */
function tagged(size: number): Uint8Array {
  const bytes = Buffer.from(experimental(size, 0))
  bytes.write('8100006488b5', 12, 'hex')
  return new Uint8Array(bytes)
}

/** A whole frame with a UDP datagram to the ghost; `number` makes it distinct. */
function udp(size: number, number: number): Uint8Array {
  const bytes = Buffer.alloc(size)
  bytes.write(`${mac(far)}${mac(ghost)}0800`, 'hex')
  bytes.write('4500', 14, 'hex')
  bytes.writeUInt16BE(size - 14, 16)
  bytes.writeUInt16BE((number % 65_535) + 1, 18)
  bytes.write('40004011', 20, 'hex')
  bytes.set([...subnet.split('.').map(Number), 201, ...subnet.split('.').map(Number), 200], 26)
  bytes.writeUInt16BE(internetChecksum(bytes, 14, 34), 24)
  bytes.writeUInt16BE(40_000, 34)
  bytes.writeUInt16BE(9, 36)
  bytes.writeUInt16BE(size - 34, 38)
  bytes.writeUInt32BE(number, 42)
  return new Uint8Array(bytes)
}

function udpOverIpv6(size: number): Uint8Array {
  const bytes = Buffer.alloc(size)
  bytes.write(`${mac(far)}${mac(ghost)}86dd60000000`, 'hex')
  bytes.writeUInt16BE(size - 54, 18)
  bytes.write('1140fd546f637369000000000000000000c9fd546f637369000000000000000000c8', 20, 'hex')
  bytes.write('9c400009', 54, 'hex')
  bytes.writeUInt16BE(size - 54, 58)
  return new Uint8Array(bytes)
}

function mac(text: string): string {
  return text.replaceAll(':', '')
}

function packetOf(frame: Uint8Array): Uint8Array {
  return frame.subarray(14)
}

function same(expected: Uint8Array | undefined): (bytes: Uint8Array) => boolean {
  return (bytes) => expected !== undefined && Buffer.compare(bytes, expected) === 0
}

function hex(frames: (Uint8Array | undefined)[]): string[] {
  return frames.map((frame) => Buffer.from(frame ?? []).toString('hex'))
}

function digest(frames: Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const frame of frames) hash.update(frame)
  return `${frames.length} frames, ${hash.digest('hex')}`
}

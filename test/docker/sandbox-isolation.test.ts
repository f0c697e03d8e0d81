import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import t from 'tap'
import { Capture, icmp, mac, realEngine, sandboxFor } from './sandbox-rig.ts'

const { engine, images } = await realEngine()
const sandbox = await sandboxFor(t, { engine, images })
const capture = new Capture(sandbox.capture)
const docker = (...words: string[]) => execFileSync('docker', words, { encoding: 'utf8' })
const { client, server } = sandbox.actors

/** What of the host could answer: its own addresses, the bridges' among them, the subnet's gateway, and the outside. */
const hostAddresses = execFileSync('ip', ['-4', '-o', 'addr', 'show', 'scope', 'global'], { encoding: 'utf8' })
  .split('\n')
  .flatMap((line) => /inet ([\d.]+)/.exec(line)?.[1] ?? [])
const gateway = sandbox.network.subnet.replace(/0\/20$/, '1')
const targets = [...new Set([...hostAddresses, gateway, '203.0.113.1', '192.0.2.1'])]
const bridge = execFileSync('ip', ['-o', 'link', 'show', 'type', 'bridge'], { encoding: 'utf8' })
  .split('\n')
  .find((line) =>
    line.includes(`br-${docker('network', 'inspect', '-f', '{{.Id}}', sandbox.network.name).slice(0, 12)}`),
  )

/** Tries to reach an address from inside an actor in every way that its capabilities allow; prints what came back. */
const attempt = (addresses: string[]) => `
  const net = require('node:net'), dgram = require('node:dgram'), raw = require('raw-socket')
  const came = []
  const ping = raw.createSocket({ protocol: raw.Protocol.ICMP })
  ping.on('message', (packet, source) => came.push('icmp ' + packet[20] + ' from ' + source))
  const answer = (address, resolve) => {
    ping.on('message', (packet, source) => packet[20] === 0 && source === address && resolve())
    setTimeout(resolve, 1500)
  }
  const udp = dgram.createSocket('udp4')
  udp.on('message', (_, from) => came.push('udp from ' + from.address)).on('error', (error) => came.push('udp ' + error.code))
  const echo = Buffer.from([8, 0, 0xf7, 0xff, 0, 0, 0, 0])
  const tries = ${JSON.stringify(addresses)}.flatMap((address) => [
    ...[22, 53, 80, 2375].map((port) => new Promise((resolve) => {
      const socket = net.connect({ host: address, port, timeout: 1500 })
      socket.on('connect', () => came.push('tcp connected ' + address + ':' + port))
      socket.on('error', (error) => { if (error.code === 'ECONNREFUSED') came.push('tcp refused by ' + address) })
      socket.on('timeout', () => socket.destroy()).on('close', resolve)
    })),
    new Promise((resolve) => udp.send('x', 53, address, resolve)),
    new Promise((resolve) => { answer(address, resolve); ping.send(echo, 0, echo.length, address, () => {}) }),
  ])
  Promise.all(tries).then(() => { console.log(JSON.stringify(came)); process.exit(0) })`

t.test('neither the host, nor its gateway, nor any outside address answers to sockets from inside', async (t) => {
  t.ok(targets.length >= 4, targets.join(' '))
  for (const actor of [client, server]) {
    const said = docker('exec', actor.containerId, 'node', '-e', attempt(targets))
    t.strictSame(JSON.parse(said), [])
  }
})

t.test('the same attempt does reach what answers, so it would have noticed', async (t) => {
  const said = JSON.parse(docker('exec', client.containerId, 'node', '-e', attempt(['127.0.0.1'])))
  t.ok(said.includes('tcp refused by 127.0.0.1'))
  t.ok(said.includes('icmp 0 from 127.0.0.1'))
})

t.test("frames made for the bridge's and the host's own MAC and address are answered by nobody", async (t) => {
  const bridgeMac = /link\/ether ([0-9a-f:]{17})/.exec(bridge ?? '')?.[1]
  if (bridgeMac === undefined) return t.fail(`no bridge of ${sandbox.network.name} on the host`)
  t.match(bridge, /state DOWN/)
  const echoes = targets.flatMap((to) =>
    [bridgeMac, 'ff:ff:ff:ff:ff:ff'].map((destination) =>
      icmp({ from: gateway.replace(/1$/, '9'), to, type: 8, macs: { from: '02:54:00:00:00:10', to: destination } }),
    ),
  )
  const asks = targets.map((target) => arpRequest('02:54:00:00:00:10', gateway.replace(/1$/, '9'), target))
  const first = icmp({ from: '198.18.0.100', to: '198.18.0.101', payload: 'first' })
  const frames = [first, ...echoes, ...asks]
  t.match(await client.send('frame', frames), { refused: [] })
  // What is sent last is seen last: had anything been answered meanwhile, it would be there too.
  const last = icmp({ from: '198.18.0.100', to: '198.18.0.101', payload: 'last' })
  await server.send('frame', [last])
  const sent = [...frames, last].map((frame) => Buffer.from(frame).toString('hex'))
  const start = () => capture.hex().indexOf(sent[0] ?? '')
  await capture.until(() => start() >= 0 && capture.hex().length - start() >= sent.length)
  t.strictSame(capture.hex().slice(start()), sent)
})

t.test('the actors are locked down', async (t) => {
  for (const { containerId } of [client, server]) {
    const [{ HostConfig: host, Config: config }] = JSON.parse(docker('inspect', containerId))
    t.match(host, { CapDrop: ['ALL'], CapAdd: [/^(CAP_)?NET_RAW$/], ReadonlyRootfs: true, Privileged: false })
    t.match(host.SecurityOpt, ['no-new-privileges'])
    t.ok(host.Memory > 0 && host.PidsLimit > 0)
    // All that it shares with the host is a folder, which it may only read, and in it one file.
    t.match(host.Binds, [
      /^\/.*\/tocsin-work-test-[^:]*\/(client|server)-0:\/run\/tocsin:ro(,z)?$/,
      /^\/.*\/tocsin-work-test-[^:]*\/(client|server)-0\/frames:\/run\/tocsin\/frames(:z)?$/,
    ])
    t.equal(host.Binds.length, 2)
    const folder = String(host.Binds[0]).split(':')[0] as string
    t.equal(statSync(dirname(folder)).mode & 0o777, 0o700, 'nobody else on the host may read it')
    const changes = ['> /run/tocsin/x', 'mkdir /run/tocsin/x', 'rm /run/tocsin/frames', 'chmod 777 /run/tocsin']
    for (const change of changes)
      t.throws(() => execFileSync('docker', ['exec', containerId, 'sh', '-c', change], { stdio: 'pipe' }), change)
    t.match(
      docker('exec', containerId, 'sh', '-c', 'grep tocsin /proc/mounts'),
      /^\S+ \/run\/tocsin \S+ ro,[^\n]*\n\S+ \/run\/tocsin\/frames \S+ rw,[^\n]*\n$/,
    )
    t.match(config.Labels, { 'tocsin.session': /^test-/, 'tocsin.owner': /"pid":\d+/ })
    const status = docker('exec', containerId, 'cat', '/proc/1/status')
    t.match(status, /CapEff:\s+0000000000002000\n/)
    t.match(status, /NoNewPrivs:\s+1\n/)
    t.throws(() => execFileSync('docker', ['exec', containerId, 'touch', '/opt/x'], { stdio: 'pipe' }), /Read-only/)
  }
})

/** RFC 826: who has an address? */
function arpRequest(from: string, own: string, target: string): Uint8Array {
  const numbers = (address: string) => Buffer.from(address.split('.').map(Number))
  const head = Buffer.from([0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1])
  return Buffer.concat([
    mac('ff:ff:ff:ff:ff:ff'),
    mac(from),
    head,
    mac(from),
    numbers(own),
    Buffer.alloc(6),
    numbers(target),
  ])
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { engineNeed } from '../../../harness/setup/engine-need.ts'
import { engineAddress, probeEngine } from '../../../harness/setup/engine-probe.ts'
import { setup } from '../../../harness/setup/setup.ts'
import { startEngine } from '../../../harness/setup/start-engine.ts'
import { asUser } from '../../cli/environment.ts'
import { createMachine, type Machine } from './machine.ts'

const { signal } = new AbortController()

/** A program that answers as an engine does on a Unix socket. */
const answering = `require('http').createServer((q, s) => s.end('{"Version":"28.0.1"}')).listen(process.env.FOLDER + '/docker.sock')`

function addEngine(machine: Machine, name = 'dockerd') {
  const code = join(machine.folder, 'engine.cjs')
  writeFileSync(code, answering)
  machine.addProgram(name, `echo "${name} $*" >> "$CALLS"; exec "${process.execPath}" "${code}"`)
}

function startedPid(machine: Machine): number {
  return Number(/pid (\d+)/.exec(machine.said.join('\n'))?.[1])
}

t.test('no engine and no client: the package and the start are what is to be done', async (t) => {
  const { host } = createMachine(t)
  t.match(await engineNeed(host).find(signal), {
    ok: false,
    detail: 'missing',
    steps: [{ packages: ['docker.io'] }, { title: 'start the Docker engine', needsRoot: true }],
  })
})

t.test('a client without an engine is told apart', async (t) => {
  const machine = createMachine(t)
  const client = machine.addProgram('docker', '')
  t.match(await engineNeed(machine.host).find(signal), {
    detail: `a docker client is there (${client}), but no engine`,
  })
})

t.test(
  'an installed engine that does not run is started, with its pid and how to stop it, and found afterwards',
  async (t) => {
    const machine = createMachine(t)
    addEngine(machine)
    const options = {
      host: machine.host,
      needs: [engineNeed(machine.host)],
      confirm: null,
      progress: machine.progress,
      signal,
    }
    t.match(await engineNeed(machine.host).find(signal), { ok: false, detail: /installed \(.*dockerd\), not running/ })
    t.strictSame(await setup({ ...options, for: 'run' }), ['Docker engine'])
    const pid = startedPid(machine)
    t.teardown(() => process.kill(pid))
    t.match(machine.said.join('\n'), `to stop it: sudo kill ${pid}`)
    t.match(await engineNeed(machine.host).find(signal), {
      ok: true,
      detail: `28.0.1 at ${machine.host.paths.engineSocket}`,
    })
    t.strictSame(await setup({ ...options, for: 'run' }), [])
    await startEngine(machine.host, machine.progress, signal)
    t.equal(machine.calls().length, 1, 'a running engine is not started again')
  },
)

t.test('an engine that somebody else is starting is waited for', async (t) => {
  const machine = createMachine(t)
  addEngine(machine)
  // The kernel names a process after its script's file: this one is called dockerd.
  machine.addProgram('dockerd', 'echo up; read line; "$NODE" "$FOLDER/engine.cjs" & trap "kill $!" TERM; wait')
  const starting = spawn(join(machine.folder, 'bin', 'dockerd'), {
    env: { FOLDER: machine.folder, NODE: process.execPath },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.teardown(() => starting.kill())
  await once(starting.stdout, 'data')
  writeFileSync(machine.host.paths.enginePid, String(starting.pid))
  const ready = startEngine(machine.host, machine.progress, signal)
  starting.stdin.end('go\n')
  await ready
  t.strictSame(machine.said, [])
})

t.test('where systemd is in charge it starts the engine', async (t) => {
  const machine = createMachine(t)
  mkdirSync(machine.host.paths.systemd)
  addEngine(machine, 'real-dockerd')
  machine.addProgram('dockerd', 'exit 1')
  machine.addProgram(
    'systemctl',
    `echo "systemctl $*" >> "$CALLS"; real-dockerd >/dev/null 2>&1 & echo $! > "$FOLDER/pid"`,
  )
  await startEngine(machine.host, machine.progress, signal)
  const pid = Number(readFileSync(join(machine.folder, 'pid'), 'utf8'))
  t.teardown(() => process.kill(pid))
  t.equal(machine.calls()[0], 'systemctl start docker')
})

t.test('an engine that ends at once is reported with the end of its log', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('dockerd', 'echo "failed to mount overlay"; exit 7')
  await t.rejects(startEngine(machine.host, machine.progress, signal), {
    exitCode: 2,
    message:
      /did not start: dockerd ended \(status 7\)\. It said:\n {2}failed to mount overlay\nAll of it: .*dockerd\.log/,
  })
})

t.test('an engine that never answers is stopped again', async (t) => {
  const machine = createMachine(t)
  machine.addProgram('dockerd', 'exec /bin/sleep 60')
  await t.rejects(startEngine(machine.host, machine.progress, signal, 200), {
    message: /no engine answered within 0\.2 s/,
  })
  const pid = startedPid(machine)
  for (let isAlive = true; isAlive; await new Promise(setImmediate)) {
    try {
      process.kill(pid, 0)
    } catch {
      isAlive = false
    }
  }
})

t.test('an engine at another address is neither installed nor started', async (t) => {
  for (const DOCKER_HOST of ['tcp://127.0.0.1:1', 'unix:///nowhere/docker.sock', 'ssh://somebody@somewhere']) {
    const { host } = createMachine(t, { env: { DOCKER_HOST } })
    const found = await engineNeed(host).find(signal)
    t.match(found, { ok: false, steps: [{ kind: 'advice', text: /unset DOCKER_HOST/ }] }, DOCKER_HOST)
  }
})

t.test('an engine over TCP answers', async (t) => {
  const server = createServer((_request, response) => response.end('{"Version":"27.1"}')).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const DOCKER_HOST = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { host } = createMachine(t, { env: { DOCKER_HOST } })
  t.strictSame(await probeEngine(engineAddress(host), signal), { state: 'running', version: '27.1' })
})

t.test('a socket that this user may not open is told apart', async (t) => {
  const machine = createMachine(t)
  const server = createServer().listen(machine.host.paths.engineSocket)
  t.teardown(() => server.close())
  await once(server, 'listening')
  t.strictSame(await deniedProbe(machine.host.paths.engineSocket, machine.folder), { state: 'denied' })
})

/** Probes as a user who owns nothing, in a process of its own when the test runs as root. */
async function deniedProbe(socket: string, folder: string): Promise<unknown> {
  const probe = new URL('../../../harness/setup/engine-probe.js', import.meta.url).href
  const script = join(folder, 'probe.mjs')
  writeFileSync(
    script,
    `import { chmodSync } from 'node:fs'
    import { probeEngine } from ${JSON.stringify(probe)}
    chmodSync(${JSON.stringify(socket)}, 0o000)
    if (process.getuid() === 0) process.setuid(65534)
    const options = { socketPath: ${JSON.stringify(socket)} }
    console.log(JSON.stringify(await probeEngine({ options }, new AbortController().signal)))`,
  )
  const child = spawn(...asUser(process.execPath, [script]), { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await once(child, 'close')
  return JSON.parse(output)
}

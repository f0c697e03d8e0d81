import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { readRecord } from '../../harness/evidence/read.ts'
import { tocsin } from '../cli/tocsin.ts'
import { realEngine } from './sandbox-rig.ts'
import { audit } from './audit-lock.ts'

const lock = audit('shared')
t.teardown(() => lock[Symbol.dispose]())

const run = promisify(execFile)
const name = `tocsin-test-noise-${process.pid.toString(36)}`

/** Answers requests over HTTP, and every question of DNS with "no such name". */
const server = `
import http.server, socket, threading
def names():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', 53))
    while True:
        data, peer = s.recvfrom(512); s.sendto(data[:2] + b'\\x81\\x83' + data[4:], peer)
threading.Thread(target=names, daemon=True).start()
http.server.HTTPServer(('', 80), http.server.SimpleHTTPRequestHandler).serve_forever()
`

/** What goes on in other containers, for at most a minute: web and name requests, one after the other. Rounds that work are told. */
const client = `for round in $(seq 600); do
  busybox nslookup host$round.example $1 > /dev/null 2>&1
  curl -s -f -o /dev/null http://${name}-server/ && wget -q -O /dev/null http://${name}-server/ \\
    && bash -c 'exec 3<>/dev/tcp/${name}-server/80' && echo $round
  sleep 0.05
done`

/** Programs that start and end on the host, some hundred, a few at a time. */
const host = 'for round in $(seq 800); do /bin/true; /bin/sh -c :; sleep 0.02; done'

interface Noise {
  /** Rounds of requests so far. */
  rounds: () => number
  stop: () => Promise<void>
}

async function makeNoise(image: string): Promise<Noise> {
  await run('docker', ['network', 'create', '--internal', name])
  const options = ['run', '--rm', '--network', name, '--user', '0']
  await run('docker', [
    ...options,
    '--detach',
    '--name',
    `${name}-server`,
    '--entrypoint',
    'python3',
    image,
    '-c',
    server,
  ])
  const { stdout } = await run('docker', [
    'inspect',
    '--format',
    '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
    `${name}-server`,
  ])
  const talking = [...options, '--name', `${name}-client`, '--entrypoint', 'timeout', image]
  const children: ChildProcess[] = [
    spawn('docker', [...talking, '60', 'bash', '-c', client, 'noise', stdout.trim()], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
    spawn('timeout', ['60', 'sh', '-c', host], { stdio: 'ignore' }),
  ]
  let rounds = 0
  children[0]?.stdout?.on('data', (data: Buffer) => {
    rounds += data.toString().split('\n').length - 1
  })
  return {
    rounds: () => rounds,
    async stop() {
      const ended = children.map(async (child) => new Promise((resolve) => child.once('exit', resolve)))
      children[1]?.kill()
      await run('docker', ['rm', '--force', `${name}-client`, `${name}-server`])
      await Promise.all(ended)
      await run('docker', ['network', 'rm', name])
    },
  }
}

const chosen = [
  'bash-dev-tcp',
  'dns-from-shell',
  'python-socket',
  'tmp-program',
  'frag4-duplicate',
  'modbus-bad-length',
  'tcp-fin-scan',
].join(',')

t.test('what goes on beside a campaign, on the host and in other containers, changes no verdict', async (t) => {
  const { images } = await realEngine()
  const verdicts = async (out: string) => {
    const played = () => tocsin(['run', '--only', chosen, '--seed', 'noise', '--format', 'csv', '--out', out])
    let { code, stderr } = await played()
    // Whoever else uses the kernel's audit at the time may make it drop events; that is told, and decides nothing.
    if (/the kernel dropped \d+ of its audit's events/.test(stderr)) ({ code, stderr } = await played())
    t.equal(code, 0, stderr)
    const { trials, unattributedAlerts } = await readRecord(out)
    return {
      verdicts: trials.map((trial) => [
        trial.id,
        trial.verdict,
        trial.met,
        trial.alerts[0]?.rule ?? null,
        trial.joins?.some(({ outcome }) => outcome === 'joined') ?? null,
      ]),
      stray: unattributedAlerts,
    }
  }
  const cwd = t.testdir()
  const quiet = await verdicts(join(cwd, 'quiet'))
  const noise = await makeNoise(images.stage.name)
  let loud: Awaited<ReturnType<typeof verdicts>>
  try {
    loud = await verdicts(join(cwd, 'loud'))
  } finally {
    await noise.stop()
  }
  t.ok(noise.rounds() > 10, `there was noise: ${noise.rounds()} rounds`)
  t.same(loud, quiet)
  t.equal(loud.stray, 0, 'no alert belongs to nobody')
  t.equal(quiet.verdicts.length, 14)
})

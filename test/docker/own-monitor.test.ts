import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import t from 'tap'
import { readRecord } from '../../harness/evidence/read.ts'
import { parseLine } from '../../harness/sensors/suricata/log.ts'
import { tocsin } from '../cli/tocsin.ts'
import { realEngine } from './sandbox-rig.ts'

const run = promisify(execFile)
const id = process.pid.toString(36)
const near = `tocm${id}`
const far = `tocs${id}`
const name = `tocsin-test-soc-${id}`

/** A cable on the host: what a user's span port and sensor would be. */
async function layCable(): Promise<void> {
  await run('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', far])
  for (const end of [near, far]) {
    await run('ip', ['link', 'set', end, 'addrgenmode', 'none', 'arp', 'off', 'mtu', '9000'])
    await run('ip', ['link', 'set', end, 'up'])
  }
}

/** A Suricata that Tocsin knows nothing of, on the far end of the cable; resolves when it listens. */
async function startSuricata(image: string, eve: string): Promise<ChildProcess> {
  const start = `sed 's/interface: eth0/interface: ${far}/' /opt/tocsin/suricata.yaml > /tmp/soc.yaml
    exec suricata -c /etc/suricata/suricata.yaml --include /tmp/soc.yaml --af-packet=${far} --runmode workers -l /eve --set unix-command.enabled=no`
  const options = [
    '--rm',
    '--name',
    name,
    '--network',
    'host',
    '--cap-drop',
    'ALL',
    '--cap-add',
    'NET_RAW',
    '--volume',
    `${eve}:/eve`,
  ]
  const child = spawn('docker', ['run', ...options, image, 'sh', '-c', start], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) if (parseLine(line).started) return child
  throw new Error('Suricata ended before it listened')
}

const withoutRoot = process.getuid?.() === 0 ? false : 'laying a cable on the host takes root'

t.test("a user's own Suricata on a mirror of the wires is read and judged", { skip: withoutRoot }, async (t) => {
  const cwd = t.testdir()
  const { images } = await realEngine()
  const eve = join(cwd, 'eve')
  await mkdir(eve)
  await chmod(eve, 0o777)
  t.teardown(() => run('ip', ['link', 'del', near]))
  await layCable()
  t.teardown(() => run('docker', ['rm', '--force', name]))
  const suricata = await startSuricata(images.sensor.name, eve)
  const ended = new Promise((resolve) => suricata.once('exit', resolve))

  await writeFile(join(cwd, 'monitors.yaml'), '- { type: suricata-eve, name: soc-suricata, path: eve/eve.json }\n')
  // For the last there is a rule of Tocsin's own alone, which this stack has not.
  const only = 'icmp-unknown-type,tcp-fin-scan,tcp-null-scan'
  const mine = ['run', '--mirror', near, '--monitors', 'monitors.yaml', '--only', only, '--format', 'csv']
  const { code, stdout, stderr } = await tocsin(mine, { cwd })
  t.equal(code, 1, `${stdout}${stderr}`)

  const { run: record, trials, observations } = await readRecord(join(cwd, 'runs/latest'))
  t.match(record.monitors, [{ name: 'soc-suricata', type: 'suricata-eve', embedded: false }])
  t.equal(record.ruleSet, null, 'no sensor of our own was started')
  t.same(record.problems, [])
  t.same(
    trials.map(({ scenario, kind, verdict }) => `${scenario} ${kind} ${verdict}`),
    [
      'icmp-unknown-type stimulus detected',
      'icmp-unknown-type control quiet',
      'tcp-fin-scan stimulus detected',
      'tcp-fin-scan control quiet',
      'tcp-null-scan stimulus missed',
      'tcp-null-scan control quiet',
    ],
  )
  t.match(
    record.scenarios.at(-1),
    { id: 'tcp-null-scan', expected: 'detected', expectedRules: {} },
    'any alert would do',
  )
  t.same(new Set(observations.map(({ monitor }) => monitor)), new Set(['soc-suricata']))
  for (const { alerts } of trials) for (const { monitor } of alerts) t.equal(monitor, 'soc-suricata')

  await run('docker', ['stop', name])
  await ended
})

t.test('a mirror that is no interface of the host is exit code 2, and nothing is left behind', async (t) => {
  const cwd = t.testdir()
  const { code, stderr } = await tocsin(['run', '--mirror', 'nosuch0', '--only', 'icmp-unknown-type'], { cwd })
  t.equal(code, 2, stderr)
  t.match(stderr, /"nosuch0" is no interface/)
})

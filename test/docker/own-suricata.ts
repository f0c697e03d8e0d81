import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmod, mkdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { parseLine } from '../../harness/sensors/suricata/log.ts'
import { realEngine } from './sandbox-rig.ts'

const run = promisify(execFile)
const id = process.pid.toString(36)
const near = `tocm${id}`
const far = `tocs${id}`
const name = `tocsin-test-soc-${id}`

/** Why a cable cannot be laid here; false when it can. */
export const withoutRoot = process.getuid?.() === 0 ? false : 'laying a cable on the host takes root'

/** A Suricata that Tocsin knows nothing of, at the far end of a cable on the host. */
export interface OwnSuricata {
  /** The near end, for `--mirror`. */
  mirror: string
  /** Stops it, and returns when it has written all it has. */
  stop: () => Promise<void>
}

/**
 * Starts one that writes `eve.json` into a folder; it and its cable go with the test.
 * @param prepare shell commands in its container that change its files first; `/eve` is the folder
 */
export async function ownSuricata(t: Test, eve: string, prepare = ':'): Promise<OwnSuricata> {
  const { images } = await realEngine()
  await mkdir(eve)
  await chmod(eve, 0o777)
  t.teardown(() => run('ip', ['link', 'del', near]))
  await layCable()
  t.teardown(() => run('docker', ['rm', '--force', name]))
  const suricata = await startSuricata(images.sensor.name, eve, prepare)
  const ended = new Promise((resolve) => suricata.once('exit', resolve))
  const stop = async () => {
    await run('docker', ['stop', name])
    await ended
  }
  return { mirror: near, stop }
}

/** A cable on the host: what a user's span port and sensor would be. */
async function layCable(): Promise<void> {
  await run('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', far])
  for (const end of [near, far]) {
    await run('ip', ['link', 'set', end, 'addrgenmode', 'none', 'arp', 'off', 'mtu', '9000'])
    await run('ip', ['link', 'set', end, 'up'])
  }
}

/** A Suricata that Tocsin knows nothing of, on the far end of the cable; resolves when it listens. */
async function startSuricata(image: string, eve: string, prepare: string): Promise<ChildProcess> {
  const start = `${prepare}
    sed 's/interface: eth0/interface: ${far}/' /opt/tocsin/suricata.yaml > /tmp/soc.yaml
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

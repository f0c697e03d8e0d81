import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connectEngine } from '../../harness/sandbox/engine.ts'
import { type EmbeddedSuricata, startSuricata } from '../../harness/sensors/suricata/suricata.ts'
import type { Rig } from '../docker/wire-rig.ts'

const run = promisify(execFile)
const mirror = 'tocsin-bench'

export interface OwnMonitor {
  sensor: EmbeddedSuricata
  /** What `tocsin run` must be told to be watched by it. */
  options: string[]
}

/**
 * Starts a Suricata that no campaign knows of but by its EVE log, at one end of a veth pair whose other end is on this
 * machine. Wants root, ip and nsenter.
 * @param folder gets the EVE log and the monitors file
 */
export async function startOwnMonitor(rig: Rig, folder: string): Promise<OwnMonitor> {
  const { sensor: image } = await rig.images()
  const holder = await rig.start(image, ['sleep', '600'], { CapAdd: [], NetworkMode: 'none', Init: true })
  const { Pid } = (await rig.docker.getContainer(holder.id).inspect()).State
  const ip = (options: string) => run('ip', options.split(' '))
  await ip(`link add ${mirror} mtu 9000 type veth peer name eth0 mtu 9000 netns ${Pid}`)
  await ip(`link set ${mirror} addrgenmode none`)
  await ip(`link set ${mirror} up`)
  await run('nsenter', ['-t', String(Pid), '-n', 'ip', 'link', 'set', 'eth0', 'arp', 'off', 'up'])
  const sensor = await startSuricata({
    engine: await connectEngine({ host: process.env.DOCKER_HOST }),
    session: rig.session,
    image: { name: image, digest: '' },
    tapContainerId: holder.id,
    eveDirectory: join(folder, 'eve'),
    signal: AbortSignal.timeout(60_000),
  })
  const monitors = join(folder, 'monitors.yaml')
  await writeFile(monitors, `- { type: suricata-eve, name: own-suricata, path: ${sensor.evePath} }\n`)
  return { sensor, options: ['--monitors', monitors, '--mirror', mirror] }
}

import { tmpdir } from 'node:os'
import type { DockerEngine, Found } from './engine.ts'
import { ownerLabel, sessionLabel } from './labels.ts'
import { ownerState, parseOwner } from './owner.ts'
import { findWorkDirectories, removeWorkDirectory } from './work-directory.ts'

/** What a sweep removed, by name, and what it left because its owner lives or is out of sight. */
export interface Swept {
  containers: string[]
  networks: string[]
  directories: string[]
  left: string[]
}

export interface SweepOptions {
  /** Removes what belongs to living owners too, and to those of other machines. Work directories of the living stay. */
  all?: boolean
  /** Where work directories are looked for; the system's folder for temporary files when absent. */
  directory?: string
}

/**
 * Removes the containers, networks and work directories of owners that have died without cleaning up. May run beside
 * campaigns, beside another sweep, and again: what is gone already is no error.
 * @throws SandboxError when the engine fails.
 */
export async function sweep(engine: DockerEngine, options: SweepOptions = {}): Promise<Swept> {
  const [containers, networks, directories] = await Promise.all([
    engine.findContainers(sessionLabel),
    engine.findNetworks(sessionLabel),
    findWorkDirectories(options.directory ?? tmpdir()),
  ])
  const swept: Swept = { containers: [], networks: [], directories: [], left: [] }
  const judge = async (found: Found[]) => {
    const orphans: Found[] = []
    for (const one of found) {
      if (options.all || (await isOrphan(one))) orphans.push(one)
      else swept.left.push(one.name)
    }
    return orphans
  }
  const orphanContainers = await judge(containers)
  const orphanNetworks = await judge(networks)
  await Promise.all(
    orphanContainers.map(async ({ id, name }) => {
      await engine.removeContainer(id)
      swept.containers.push(name)
    }),
  )
  await Promise.all(
    orphanNetworks.map(async ({ id, name }) => {
      await engine.removeNetwork(id)
      swept.networks.push(name)
    }),
  )
  for (const { path, owner } of directories) {
    if ((await ownerState(owner)) !== 'dead') continue
    await removeWorkDirectory(path)
    swept.directories.push(path)
  }
  for (const names of Object.values(swept)) names.sort()
  return swept
}

async function isOrphan({ labels }: Found): Promise<boolean> {
  const owner = parseOwner(labels[ownerLabel] ?? '')
  return owner !== null && (await ownerState(owner)) === 'dead'
}

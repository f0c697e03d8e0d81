import { setTimeout as wait } from 'node:timers/promises'
import type { DockerEngine, Found } from './engine.ts'
import { ownerLabel, sessionLabel } from './labels.ts'
import { ownerState, parseOwner } from './owner.ts'
import { findWorkDirectories, removeWorkDirectory, workDirectoryParents } from './work-directory.ts'

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
  /** Where work directories are looked for; wherever they are made when absent. */
  directory?: string
}

/**
 * How long after the youngest leftover was made more may turn up, milliseconds: what an owner had asked the engine for when
 * it was killed is made nevertheless, and nothing tells of it.
 */
const grace = 5000
const pause = 250

/**
 * Removes the containers, networks and work directories of owners that have died without cleaning up. May run beside
 * campaigns, beside another sweep, and again: what is gone already is no error. Takes up to five seconds when an owner has
 * died just now.
 * @throws SandboxError when the engine fails.
 */
export async function sweep(engine: DockerEngine, options: SweepOptions = {}): Promise<Swept> {
  const swept: Swept = { containers: [], networks: [], directories: [], left: [] }
  for (let until = 0; ; await wait(pause)) {
    const youngest = await pass(engine, options, swept)
    until = Math.max(until, youngest + grace)
    if (Date.now() >= until) break
  }
  const parents = options.directory === undefined ? workDirectoryParents : [options.directory]
  const directories = await Promise.all(parents.map((parent) => findWorkDirectories(parent)))
  for (const { path, owner } of directories.flat()) {
    if ((await ownerState(owner)) !== 'dead') continue
    await removeWorkDirectory(path)
    swept.directories.push(path)
  }
  for (const names of Object.values(swept)) names.sort()
  return swept
}

/** Removes what is there now. Returns when the youngest of it was made. */
async function pass(engine: DockerEngine, options: SweepOptions, swept: Swept): Promise<number> {
  const [containers, networks] = await Promise.all([
    engine.findContainers(sessionLabel),
    engine.findNetworks(sessionLabel),
  ])
  const isOrphan = await Promise.all([...containers, ...networks].map(async (one) => options.all || hasDeadOwner(one)))
  swept.left = [...containers, ...networks].filter((_, index) => !isOrphan[index]).map(({ name }) => name)
  const orphans = containers.filter((_, index) => isOrphan[index])
  const orphanNetworks = networks.filter((_, index) => isOrphan[containers.length + index])
  await Promise.all(orphans.map(({ id }) => engine.removeContainer(id)))
  await Promise.all(orphanNetworks.map(({ id }) => engine.removeNetwork(id)))
  swept.containers.push(...orphans.map(({ name }) => name))
  swept.networks.push(...orphanNetworks.map(({ name }) => name))
  return Math.max(0, ...[...orphans, ...orphanNetworks].map(({ createdAt }) => createdAt))
}

async function hasDeadOwner({ labels }: Found): Promise<boolean> {
  const owner = parseOwner(labels[ownerLabel] ?? '')
  return owner !== null && (await ownerState(owner)) === 'dead'
}

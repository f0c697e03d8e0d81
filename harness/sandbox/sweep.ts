import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { auditLabel, parseAuditLabel, restoreAudit } from '../sensors/endpoint/audit-state.ts'
import type { DockerEngine, Found, FoundContainer } from './engine.ts'
import { ownerLabel, sessionLabel } from './labels.ts'
import { ownerState, parseOwner } from './owner.ts'
import {
  findWorkDirectories,
  type FoundDirectory,
  removeWorkDirectory,
  workDirectoryParents,
} from './work-directory.ts'

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
 * Removes the containers, networks and work directories of owners that have died without cleaning up, and puts back what
 * their sensors had changed of the kernel's audit. May run beside
 * campaigns, beside another sweep, and again: what is gone already is no error. Takes up to five seconds when an owner has
 * died just now.
 * @throws SandboxError when the engine fails.
 */
export async function sweep(engine: DockerEngine, options: SweepOptions = {}): Promise<Swept> {
  const swept: Swept = { containers: [], networks: [], directories: [], left: [] }
  const directories = await orphanDirectories(
    options.directory === undefined ? workDirectoryParents : [options.directory],
  )
  // An owner makes its folder before anything else: one that has just died may have asked for more than is there yet.
  let until = Math.max(0, ...directories.map(({ changedAt }) => changedAt)) + grace
  for (; ; await wait(pause)) {
    const youngest = await pass(engine, options, swept)
    until = Math.max(until, youngest + grace)
    if (Date.now() >= until) break
  }
  for (const { path } of directories) {
    await removeWorkDirectory(path)
    swept.directories.push(path)
  }
  for (const names of Object.values(swept)) names.sort()
  return swept
}

async function orphanDirectories(parents: readonly string[]): Promise<FoundDirectory[]> {
  const found = (await Promise.all(parents.map((parent) => findWorkDirectories(parent)))).flat()
  const states = await Promise.all(found.map(({ owner }) => ownerState(owner)))
  return found.filter((_, index) => states[index] === 'dead')
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
  await Promise.all(orphans.map((orphan) => remove(engine, orphan)))
  await Promise.all(orphanNetworks.map(({ id }) => engine.removeNetwork(id)))
  swept.containers.push(...orphans.map(({ name }) => name))
  swept.networks.push(...orphanNetworks.map(({ name }) => name))
  return Math.max(0, ...[...orphans, ...orphanNetworks].map(({ createdAt }) => createdAt))
}

/**
 * A sensor that is killed leaves its rules with the kernel; its label tells what was there before, so it goes last: a sweep
 * that is cut off leaves the label for the next.
 */
async function remove(engine: DockerEngine, { id, image, labels }: FoundContainer): Promise<void> {
  const change = parseAuditLabel(labels[auditLabel])
  if (change !== null) {
    await engine.killContainer(id)
    await restoreAudit({ engine, session: `sweep-${randomBytes(4).toString('hex')}`, image: { name: image } }, change)
  }
  await engine.removeContainer(id)
}

async function hasDeadOwner({ labels }: Found): Promise<boolean> {
  const owner = parseOwner(labels[ownerLabel] ?? '')
  return owner !== null && (await ownerState(owner)) === 'dead'
}

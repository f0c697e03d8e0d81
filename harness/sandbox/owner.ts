import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

/** The process that opened a sandbox: enough to tell later whether it still lives. */
export interface Owner {
  host: string
  /** Kernel's boot id; empty where there is no /proc. */
  boot: string
  /** PID namespace, as `/proc/self/ns/pid` names it; empty where there is no /proc. */
  namespace: string
  pid: number
  /** Start time in clock ticks since boot, field 22 of `/proc/<pid>/stat`; empty where there is no /proc. */
  start: string
}

/** `elsewhere`: another host or PID namespace, of which nothing can be said from here. */
export type OwnerState = 'alive' | 'dead' | 'elsewhere'

/** This process as an owner. */
export async function currentOwner(): Promise<Owner> {
  const { boot, namespace } = await here()
  return { host: hostname(), boot, namespace, pid: process.pid, start: (await startTime(process.pid)) ?? '' }
}

/** One line of JSON, as labels and owner files hold it. */
export function formatOwner(owner: Owner): string {
  return JSON.stringify(owner)
}

/** Reads what `formatOwner` wrote; null for anything else. */
export function parseOwner(text: string): Owner | null {
  try {
    const value = JSON.parse(text) as Partial<Owner> | null
    const { host, boot, namespace, pid, start } = value ?? {}
    if (typeof host !== 'string' || typeof boot !== 'string' || typeof namespace !== 'string') return null
    if (typeof start !== 'string' || typeof pid !== 'number' || !Number.isInteger(pid) || pid < 1) return null
    return { host, boot, namespace, pid, start }
  } catch {
    return null
  }
}

/** Whether the owner still lives. A reused process id is told apart by the start time, a reboot by the boot id. */
export async function ownerState(owner: Owner): Promise<OwnerState> {
  if (owner.host !== hostname()) return 'elsewhere'
  const { boot, namespace } = await here()
  if (owner.boot !== boot) return 'dead'
  if (owner.namespace !== namespace) return 'elsewhere'
  if (owner.start === '') return exists(owner.pid) ? 'alive' : 'dead'
  return (await startTime(owner.pid)) === owner.start ? 'alive' : 'dead'
}

async function here(): Promise<{ boot: string; namespace: string }> {
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ])
  return { boot: boot.trim(), namespace }
}

async function startTime(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The command name in parentheses may hold spaces and parentheses itself; field 3 follows the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended: it only waits to be collected.
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

import { readdirSync, readFileSync } from 'node:fs'

/**
 * Memory of a process and all that it started, MiB, what they share counted once (proc_pid_smaps(5), Pss). Processes that
 * end meanwhile count as nothing.
 */
export function memoryOfTree(pid: number): number {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(name)]),
  )
  const isInside = (each: number | undefined): boolean =>
    each !== undefined && each > 1 && (each === pid || isInside(parents.get(each)))
  return [...parents.keys()].filter(isInside).reduce((sum, each) => sum + ownMemory(each), 0)
}

/** The name of the program stands in brackets and may hold anything, brackets too (proc_pid_stat(5)). */
function parentOf(pid: string): number {
  const stat = read(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

function ownMemory(pid: number): number {
  const [, kilobytes = 0] = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`)) ?? []
  return Number(kilobytes) / 1024
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

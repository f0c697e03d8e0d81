import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Summary } from '../../harness/evidence/record.ts'
import { root } from '../cli/tocsin.ts'

/** One run of a campaign, as somebody who types the command sees it. */
export interface TimedRun {
  /** From the start of the process to its end. */
  seconds: number
  summary: Summary
  /** The most memory that the process had at a time. */
  peakMemoryMiB: number
}

/**
 * Types `tocsin run` and waits for its end.
 * @throws when it could not decide, or was interrupted
 */
export async function timedRun(runs: string, options: readonly string[]): Promise<TimedRun> {
  const start = performance.now()
  const command = [join(root, 'harness', 'bin', 'tocsin.mjs'), 'run', '--json', '--runs', runs, ...options]
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  let peakMemoryMiB = 0
  const watch = setInterval(() => {
    peakMemoryMiB = Math.max(peakMemoryMiB, peakOf(child.pid))
  }, 50)
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await ended
  clearInterval(watch)
  const seconds = (performance.now() - start) / 1000
  if (code !== 0 && code !== 1) throw new Error(`tocsin run ${options.join(' ')} ended with ${code}:\n${complained}`)
  return { seconds, summary: (JSON.parse(said) as { summary: Summary }).summary, peakMemoryMiB }
}

/** What Linux has noted of a process (proc_pid_status(5), VmHWM); 0 once it is gone. */
function peakOf(pid: number | undefined): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Calls with a folder that is gone afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-bench-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

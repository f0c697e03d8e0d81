import { spawn } from 'node:child_process'
import { once } from 'node:events'
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
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await ended
  const seconds = (performance.now() - start) / 1000
  if (code !== 0 && code !== 1) throw new Error(`tocsin run ${options.join(' ')} ended with ${code}:\n${complained}`)
  return { seconds, summary: (JSON.parse(said) as { summary: Summary }).summary }
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

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { SetupError } from '../errors.ts'
import { tail } from './apt.ts'
import { engineAddress, probeEngine } from './engine-probe.ts'
import { type Daemon, findProgram, type Host, pathExists } from './host.ts'
import type { Progress } from './need.ts'

/** How a user starts the engine by hand. */
export async function startCommand(host: Host): Promise<string> {
  return (await pathExists(host.paths.systemd))
    ? 'sudo systemctl start docker'
    : `sudo sh -c 'dockerd >/dev/null 2>&1 &'`
}

/**
 * Starts the Docker engine of this machine unless it runs, with systemd where that is in charge, and waits for its answer.
 * Root only.
 * @throws SetupError with the end of the engine's log
 */
export async function startEngine(
  host: Host,
  progress: Progress,
  signal: AbortSignal,
  withinMs = 60_000,
): Promise<void> {
  // Installing the package may have started it already.
  if ((await probe(host, signal)) || (await isStarting(host))) return waitForAnswer(host, signal, withinMs, null)
  if (await pathExists(host.paths.systemd)) {
    progress.say('Starting the Docker engine: systemctl start docker.')
    const result = await host.run(['systemctl', 'start', 'docker'])
    if (result.status !== 0)
      throw new SetupError(`systemctl start docker failed. It said:\n${tail(result.output)}\nSee: journalctl -u docker`)
    return waitForAnswer(host, signal, withinMs, null)
  }
  const program = await findProgram(host, 'dockerd')
  if (!program) throw new SetupError('dockerd is not there; install Docker and start again.')
  const log = join(host.paths.logs, 'dockerd.log')
  const daemon = await host.startDaemon([program], log)
  progress.say(`Started dockerd (pid ${daemon.pid}, log ${log}). It stays; to stop it: sudo kill ${daemon.pid}`)
  try {
    await waitForAnswer(host, signal, withinMs, { daemon, log })
  } catch (error) {
    daemon.stop()
    throw error
  }
}

async function probe(host: Host, signal: AbortSignal): Promise<boolean> {
  return (await probeEngine(engineAddress(host), signal)).state === 'running'
}

/** Whether a dockerd that somebody else started is alive, though it may not answer yet. */
async function isStarting(host: Host): Promise<boolean> {
  const pid = Number(await readFile(host.paths.enginePid, 'utf8').catch(() => ''))
  if (!pid) return false
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
  return name.trim() === 'dockerd'
}

async function waitForAnswer(
  host: Host,
  signal: AbortSignal,
  withinMs: number,
  started: { daemon: Daemon; log: string } | null,
): Promise<void> {
  const deadline = AbortSignal.timeout(withinMs)
  while (!(await probe(host, signal))) {
    const ending = started?.daemon.ending() ?? null
    if (ending || deadline.aborted) {
      const what = ending ? `dockerd ended (${ending})` : `no engine answered within ${withinMs / 1000} s`
      const said = started ? ` It said:\n${tail(await readFile(started.log, 'utf8'))}\nAll of it: ${started.log}` : ''
      throw new SetupError(`The Docker engine did not start: ${what}.${said}`)
    }
    await setTimeout(100, undefined, { signal })
  }
}

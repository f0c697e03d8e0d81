import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { SetupError } from '../errors.ts'
import type { CommandResult, Host } from './host.ts'
import type { Progress } from './need.ts'

const quietEnv = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1', LC_ALL: 'C.UTF-8' }
const lockSeconds = 600

/** How a user installs packages by hand. */
export function aptCommand(packages: readonly string[]): string {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`
}

/**
 * What apt-get would download, `118 MB to download, 489 MB on disk`, as far as its lists tell; null when they do not.
 * Takes no lock and changes nothing.
 */
export async function aptSize(host: Host, packages: readonly string[]): Promise<string | null> {
  const command = ['apt-get', '--assume-no', '--no-install-recommends', '-o', 'Debug::NoLocking=1', 'install']
  const { output } = await host.run([...command, ...packages], { env: { ...host.env, ...quietEnv }, timeoutMs: 20_000 })
  const download = /Need to get (?:[\d.,]+ \S+\/)?([\d.,]+ \S+) of archives/.exec(output)?.[1]
  const disk = /After this operation, ([\d.,]+ \S+) of additional disk space/.exec(output)?.[1]
  if (!download) return null
  return disk ? `${download} to download, ${disk} on disk` : `${download} to download`
}

/**
 * Brings the lists up to date and installs packages, waiting for another package manager to finish. Root only.
 * @param retryMs how long to wait before asking again for lists that another apt-get holds
 * @throws SetupError with the end of what apt-get said
 */
export async function installPackages(
  host: Host,
  packages: readonly string[],
  progress: Progress,
  retryMs = 2000,
): Promise<void> {
  await mkdir(host.paths.logs, { recursive: true, mode: 0o755 })
  const log = join(host.paths.logs, 'apt.log')
  const options = { env: { ...host.env, ...quietEnv }, log, onLine: progress.status }
  progress.say(`Installing ${packages.join(' ')} with apt-get (log: ${log}).`)

  // One broken source among many fails an update, while what is wanted may well be found in the others.
  const update = await updateLists(() => host.run(['apt-get', '-q', 'update'], options), progress, retryMs)
  if (update.status !== 0) progress.say('apt-get update failed; trying with the lists that are there.')

  const install = ['apt-get', '-q', '-y', '--no-install-recommends', '-o', `DPkg::Lock::Timeout=${lockSeconds}`]
  const result = await host.run([...install, 'install', ...packages], options)
  if (result.status === 0) return
  const said = update.status === 0 ? result.output : `${tail(update.output)}\n${result.output}`
  throw new SetupError(
    `apt-get could not install ${packages.join(' ')} (status ${result.status}). It said:\n${tail(said)}\n` +
      `All of it: ${log}. To retry: ${aptCommand(packages)}`,
  )
}

/** The last lines of a text, indented. */
export function tail(text: string, lines = 15): string {
  const last = text.trimEnd().split('\n').slice(-lines)
  return last.map((line) => `  ${line}`).join('\n')
}

/** apt-get has a timeout for dpkg's lock, but gives up at once on the one of the lists. */
async function updateLists(update: () => Promise<CommandResult>, progress: Progress, retryMs: number) {
  const attempts = Math.ceil((lockSeconds * 1000) / Math.max(retryMs, 1000))
  for (let attempt = 1; ; attempt++) {
    const result = await update()
    const isLocked = result.status !== 0 && /Could not get lock|Unable to lock/.test(result.output)
    if (!isLocked || attempt >= attempts) return result
    if (attempt === 1) progress.say('Another package manager is at work; waiting for it.')
    await setTimeout(retryMs)
  }
}

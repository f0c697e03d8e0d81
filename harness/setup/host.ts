import { spawn } from 'node:child_process'
import { closeSync, openSync, mkdirSync } from 'node:fs'
import { access, appendFile, constants, readFile, stat } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

/** The machine that is set up, as far as the set-up touches it. Tests give one of their own. */
export interface Host {
  env: Readonly<Record<string, string | undefined>>
  isRoot: boolean
  paths: HostPaths
  /** Runs a program to its end. */
  run: (command: readonly string[], options?: RunOptions) => Promise<CommandResult>
  /** Starts a program that outlives this process, its output going to a file. */
  startDaemon: (command: readonly string[], log: string) => Promise<Daemon>
}

/** Files of the system, absolute. */
export interface HostPaths {
  /** `NAME=value` lines that name the distribution. */
  osRelease: string
  /** Exists where systemd runs. */
  systemd: string
  engineSocket: string
  enginePid: string
  /** Folders of system programs, which a user's PATH often lacks. */
  programs: readonly string[]
  /** Folder for logs of what the set-up ran. Only root writes here, so nobody can plant a link. */
  logs: string
}

export interface RunOptions {
  env?: Readonly<Record<string, string | undefined>>
  /** A file that all output is appended to. */
  log?: string
  onLine?: (line: string) => void
  signal?: AbortSignal
  timeoutMs?: number
}

export interface CommandResult {
  /** Exit status; null when the program could not be started or was killed. */
  status: number | null
  /** Standard output and error as they came, at most the last 256 KiB. */
  output: string
}

export interface Daemon {
  pid: number
  /** How it ended, `status 1` or `SIGKILL`; null while it runs. */
  ending: () => string | null
  stop: () => void
}

/** Where Linux systems keep the files that matter here. */
export const systemPaths: HostPaths = {
  osRelease: '/etc/os-release',
  systemd: '/run/systemd/system',
  engineSocket: '/var/run/docker.sock',
  enginePid: '/var/run/docker.pid',
  programs: ['/usr/sbin', '/sbin'],
  logs: '/var/log/tocsin',
}

/** This machine. */
export function createHost(env: Host['env'], isRoot: boolean, paths: HostPaths = systemPaths): Host {
  return {
    env,
    isRoot,
    paths,
    run: (command, options) => runCommand(command, { env, ...options }),
    startDaemon: (command, log) => startDaemon(command, log, env),
  }
}

/** The full path of a program, null when there is none. */
export async function findProgram(host: Pick<Host, 'env' | 'paths'>, name: string): Promise<string | null> {
  const folders = (host.env.PATH ?? '').split(delimiter).filter(Boolean)
  for (const folder of [...folders, ...host.paths.programs]) {
    const path = join(folder, name)
    if (await isExecutable(path)) return path
  }
  return null
}

/** Whether a path is a file that may be run. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/** Whether something is at a path. */
export async function pathExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Debian and what descends from it install packages in the same way; `ubuntu` has no real chromium package. */
export type Distribution = 'debian' | 'ubuntu' | 'other'

/** Which kind of distribution this is. `other` also when apt-get is missing. */
export async function readDistribution(host: Host): Promise<{ kind: Distribution; title: string }> {
  const text = await readFile(host.paths.osRelease, 'utf8').catch(() => '')
  const value = (key: string) => new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? ''
  const names = [value('ID'), ...value('ID_LIKE').split(' ')]
  const title = value('PRETTY_NAME') || 'this system'
  if (!(await findProgram(host, 'apt-get'))) return { kind: 'other', title }
  if (names.includes('ubuntu')) return { kind: 'ubuntu', title }
  return { kind: names.includes('debian') ? 'debian' : 'other', title }
}

const outputLimit = 256 * 1024

async function runCommand(command: readonly string[], options: RunOptions): Promise<CommandResult> {
  const [program = '', ...args] = command
  const timeout = options.timeoutMs === undefined ? [] : [AbortSignal.timeout(options.timeoutMs)]
  const signal = AbortSignal.any([...(options.signal ? [options.signal] : []), ...timeout])
  let output = ''
  let line = ''
  let written = Promise.resolve()
  const status = await new Promise<number | null>((resolve) => {
    const child = spawn(program, args, { env: { ...options.env }, stdio: ['ignore', 'pipe', 'pipe'], signal })
    const take = (text: string) => {
      output = (output + text).slice(-outputLimit)
      const { log } = options
      if (log) written = written.then(() => appendFile(log, text))
      const lines = (line + text).split(/\r?\n|\r/)
      line = lines.pop() ?? ''
      for (const whole of lines) options.onLine?.(whole)
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    child.once('error', (error) => {
      output += `${program}: ${error.message}\n`
      resolve(null)
    })
    child.once('close', (code) => resolve(code))
  })
  await written
  return { status, output }
}

async function startDaemon(command: readonly string[], log: string, env: Host['env']): Promise<Daemon> {
  const [program = '', ...args] = command
  mkdirSync(dirname(log), { recursive: true, mode: 0o755 })
  const descriptor = openSync(log, 'a', 0o640)
  try {
    const child = spawn(program, args, { env: { ...env }, detached: true, stdio: ['ignore', descriptor, descriptor] })
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    child.unref()
    const ending = () => child.signalCode ?? (child.exitCode === null ? null : `status ${child.exitCode}`)
    return { pid: child.pid as number, ending, stop: () => child.kill() }
  } finally {
    closeSync(descriptor)
  }
}

import { join } from 'node:path'
import { SetupError } from '../errors.ts'
import { tail } from './apt.ts'
import { createHost, findProgram, type Host, isExecutable, readDistribution } from './host.ts'
import { type Found, found, type Need, type Step } from './need.ts'

const names = [
  'chromium-headless-shell',
  'chrome-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
]

/**
 * The path of a Chromium that runs: `TOCSIN_CHROMIUM`, one on the PATH, or the one that playwright has downloaded.
 * @returns null when there is none, or when `TOCSIN_CHROMIUM` names one that does not run
 */
export async function findChromium(env: Host['env']): Promise<string | null> {
  return (await findRunning(createHost(env, false)))?.path ?? null
}

/** Chromium, for the PDF report and the tests of the HTML report. */
export function chromiumNeed(host: Host, root: string): Need {
  return {
    name: 'chromium',
    title: 'Chromium',
    why: 'prints the PDF report',
    for: ['run', 'test', 'pdf'],
    find: () => find(host, root),
  }
}

async function find(host: Host, root: string): Promise<Found> {
  const running = await findRunning(host)
  if (running) return found(`${running.version} at ${running.path}`)
  const named = host.env.TOCSIN_CHROMIUM
  if (named) {
    const text = `TOCSIN_CHROMIUM=${named} does not run: name another browser, or unset it`
    return { ok: false, detail: `${named} does not run`, steps: [{ kind: 'advice', text }] }
  }
  return { ok: false, detail: 'missing', steps: [await installStep(host, root)] }
}

/** Some systems put a script there that only says where to get the browser, so each candidate is asked for its version. */
async function findRunning(host: Host): Promise<{ path: string; version: string } | null> {
  for await (const path of candidates(host)) {
    const { status, output } = await host.run([path, '--version'], { timeoutMs: 10_000 })
    const version = /(?:Chromium|Chrome|HeadlessChrome)[^\d\n]*([\d.]+)/.exec(output)?.[1]
    if (status === 0 && version) return { path, version }
  }
  return null
}

async function* candidates(host: Host): AsyncGenerator<string> {
  const named = host.env.TOCSIN_CHROMIUM
  if (named) {
    yield named
    return
  }
  for (const name of names) {
    const path = await findProgram(host, name)
    if (path) yield path
  }
  const { chromium } = await import('playwright')
  const downloaded = chromium.executablePath()
  if (downloaded && (await isExecutable(downloaded))) yield downloaded
}

/**
 * The headless shell is the same engine without a window: it starts and prints in half the time. Ubuntu has no package of it, and
 * its chromium package only points at a snap, which containers and many servers cannot run.
 */
async function installStep(host: Host, root: string): Promise<Step> {
  if ((await readDistribution(host)).kind !== 'ubuntu')
    return { kind: 'packages', packages: ['chromium-headless-shell'] }
  const cli = join(root, 'node_modules', 'playwright', 'cli.js')
  const command = [process.execPath, cli, 'install', '--with-deps', 'chromium']
  return {
    kind: 'action',
    title: "download playwright's Chromium, about 170 MB",
    command: `sudo ${command.join(' ')}`,
    needsRoot: true,
    run: async (progress) => {
      const { status, output } = await host.run(command, { onLine: progress.status })
      if (status !== 0) throw new SetupError(`playwright could not install Chromium. It said:\n${tail(output)}`)
    },
  }
}

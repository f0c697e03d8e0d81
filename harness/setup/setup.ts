import { SetupError } from '../errors.ts'
import { aptCommand, aptSize, installPackages } from './apt.ts'
import { type Distribution, type Host, readDistribution } from './host.ts'
import type { ActionStep, Found, Need, Progress, Purpose, Step } from './need.ts'

export interface SetupOptions {
  host: Host
  needs: readonly Need[]
  for: Purpose
  /** Asks the user. null: nobody is there to ask, or `--yes` was given; then the set-up goes ahead. */
  confirm: ((question: string) => Promise<boolean>) | null
  progress: Progress
  signal: AbortSignal
}

interface Lack {
  need: Need
  found: Found
}

/**
 * Gets everything that a purpose needs: says what it is about to do, asks on a terminal, and does it.
 * @returns titles of what was got, none when all was there
 * @throws SetupError when only the user can go on; the message has the exact commands
 */
export async function setup(options: SetupOptions): Promise<string[]> {
  const { host, progress, signal } = options
  const lacks = await findLacks(options)
  if (lacks.length === 0) return []
  for (const { need, found } of lacks) progress.say(`${need.title}: ${found.detail} (${need.why})`)

  const steps = lacks.flatMap(({ found }) => found.steps)
  const advice = steps.flatMap((step) => (step.kind === 'advice' ? [step.text] : []))
  if (advice.length > 0) throw new SetupError(advice.join('\n'))
  const packages = steps.flatMap((step) => (step.kind === 'packages' ? step.packages : []))
  const actions = steps.filter((step) => step.kind === 'action')
  const distribution = await readDistribution(host)
  if (packages.length > 0 && distribution.kind === 'other') throw new SetupError(byName(lacks, distribution.title))
  if (!host.isRoot) refuseWithoutRoot(steps, packages)

  await announce(host, packages, actions, progress)
  if (options.confirm && !(await options.confirm('Go ahead?')))
    throw new SetupError('Nothing was installed, as you wished.')
  signal.throwIfAborted()
  if (packages.length > 0) await installPackages(host, packages, progress)
  for (const action of actions) await action.run(progress, signal)
  return lacks.map(({ need }) => need.title)
}

/** How a user gets something by hand, in one line. */
export function describeSteps(steps: readonly Step[], distribution: Distribution): string {
  const texts = steps.map((step) => {
    switch (step.kind) {
      case 'packages':
        return distribution === 'other' ? `install ${step.packages.join(' ')}` : aptCommand(step.packages)
      case 'action':
        return step.command
      case 'advice':
        return step.text
      default:
        return step satisfies never
    }
  })
  return texts.join(' && ')
}

async function findLacks({ needs, for: purpose, signal }: SetupOptions): Promise<Lack[]> {
  const wanted = needs.filter((need) => need.for.includes(purpose))
  const all = await Promise.all(wanted.map(async (need) => ({ need, found: await need.find(signal) })))
  return all.filter(({ found }) => found.ok === false)
}

function byName(lacks: readonly Lack[], system: string): string {
  const names = lacks.flatMap(({ need, found }) =>
    found.steps.flatMap((step) =>
      step.kind === 'packages' ? [`${need.title} (Debian calls it ${step.packages.join(' ')})`] : [],
    ),
  )
  return `On ${system}, install these with its own package manager and start again:\n${indent(names)}`
}

function refuseWithoutRoot(steps: readonly Step[], packages: readonly string[]): void {
  const commands = steps.flatMap((step) => (step.kind === 'action' && step.needsRoot ? [step.command] : []))
  if (packages.length > 0) commands.unshift(aptCommand(packages))
  if (commands.length === 0) return
  throw new SetupError(`This takes root. Run this, then start again:\n${indent(commands)}`)
}

async function announce(
  host: Host,
  packages: readonly string[],
  actions: readonly ActionStep[],
  progress: Progress,
): Promise<void> {
  const size = packages.length > 0 ? await aptSize(host, packages) : null
  const lines = actions.map(({ title }) => title)
  if (packages.length > 0) lines.unshift(`install ${packages.join(' ')} with apt-get${size ? ` (${size})` : ''}`)
  progress.say(`About to:\n${indent(lines)}`)
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n')
}

import { counted } from '../../reports/format.ts'
import type { Conversation } from '../../generators/conversation/conversation.ts'
import { generators } from '../../generators/registry.ts'
import { wireOf } from '../../generators/wires/choose.ts'
import type { CommandDefinition } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { bold, dim } from '../cli/table.ts'
import { wrap } from '../cli/wrap.ts'
import { makeConversation, makeStimulus } from '../plan/conversation.ts'
import type { Performance } from '../../generators/process/performance.ts'
import { plan, type Wave } from '../plan/plan.ts'
import type { Companion, Trial } from '../plan/trial.ts'
import { describe, type ScenarioDescription } from '../scenario/describe.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import { libraryOption, readScenario, scenarioFolder } from './inputs.ts'

export const showCommand: CommandDefinition = {
  arguments: { '<scenario>': 'its id' },
  options: [libraryOption, { flags: '--json', description: 'as JSON' }],
  examples: [
    ['show tcp-null-scan', 'what it plays and expects'],
    ['show tcp-null-scan --json', 'the same for a program'],
  ],
  async run(context, options, [id]) {
    const scenario = readScenario(context, options, id)
    const description = describe(scenario)
    const folder = scenarioFolder(context, options)
    const trials = exampleTrials(scenario)
    const baseline = exampleBaseline(scenario)
    const plays = trials.map((trial) => ({
      ...describePlay(trial, folder),
      ...(scenario.baseline.length > 0 ? { baseline: describeBaseline(baseline, trial, folder) } : {}),
    }))
    if (options.json) context.out(`${JSON.stringify({ ...description, plays }, null, 2)}\n`)
    else context.out(asText(description, plays, context))
    return 0
  },
}

/** One stimulus and one control of every case, with identities as a campaign would give them. */
export function exampleTrials(scenario: LoadedScenario): Trial[] {
  const trials = exampleWaves(scenario).flatMap((wave) => wave.trials)
  return trials.sort((one, other) => (one.case + one.kind < other.case + other.kind ? 1 : -1))
}

/** What is learnt before these trials. */
export function exampleBaseline(scenario: LoadedScenario): Companion[] {
  return exampleWaves(scenario).flatMap((wave) => wave.baseline)
}

function exampleWaves(scenario: LoadedScenario): Wave[] {
  const campaign = {
    name: 'example',
    title: 'example',
    scenarios: { ids: [scenario.id], exclude: [] },
    trials: 1,
    window: 10_000,
    monitors: [],
    sandbox: { subnet: '198.18.0.0/20' },
  }
  return plan([scenario], campaign, { seed: 'example', subnet: campaign.sandbox.subnet }).waves
}

type DescribedPlay = DescribedConversation | DescribedProcess

interface DescribedProcess extends Performance {
  kind: Trial['kind']
  case: string
}

interface DescribedConversation {
  kind: Trial['kind']
  case: string
  /** Addresses of the side that starts and of the other. */
  client: string
  server: string
  wire: string
  because: string
  frameCount: number
  /** The first 10,000. */
  frames: { from: string; bytes: number; delayMs: number; note: string }[]
  /** What the stack learns from first, each kind of conversation once; absent where it needs to learn nothing. */
  baseline?: DescribedBaseline[]
}

interface DescribedBaseline extends Pick<DescribedConversation, 'frames' | 'frameCount' | 'client' | 'server'> {
  note: string
  conversations: number
  teaches: string[]
}

function describeBaseline(baseline: readonly Companion[], trial: Trial, folder: string): DescribedBaseline[] {
  const own = baseline.filter(({ of }) => of === trial.id)
  return [...new Set(own.map(({ note }) => note))].map((note) => {
    const alike = own.filter((each) => each.note === note)
    const [first] = alike as [Companion]
    const { client, server, frameCount, frames } = describeConversation(
      first,
      makeConversation(first, generators, folder),
    )
    return { note, conversations: alike.length, teaches: first.teaches, client, server, frameCount, frames }
  })
}

function describePlay(trial: Trial, folder: string): DescribedPlay {
  const stimulus = makeStimulus(trial, generators, folder)
  return stimulus.kind === 'process'
    ? { kind: trial.kind, case: trial.case, ...stimulus.performance }
    : describeConversation(trial, stimulus.conversation)
}

function describeConversation(trial: Trial, conversation: Conversation): DescribedConversation {
  const { wire, reason } = wireOf(conversation, trial.identity)
  const frames: DescribedConversation['frames'] = []
  for (const { from, bytes, delay, note } of conversation.frames)
    if (frames.push({ from, bytes: bytes.length, delayMs: delay ?? 0, note }) === framesDescribed) break
  return {
    kind: trial.kind,
    case: trial.case,
    client: trial.identity.client.ipv4,
    server: trial.identity.server.ipv4,
    wire,
    because: reason,
    frameCount: conversation.stream?.frames ?? frames.length,
    frames,
  }
}

const framesDescribed = 10_000
const framesShown = 30

function asText(scenario: ScenarioDescription, plays: readonly DescribedPlay[], { stdout }: Context): string {
  const rules = Object.entries(scenario.rules).map(([product, ids]) => `${product} ${ids.join(' or ')}`)
  const expects = {
    detected: `an alert${rules.length > 0 ? `: ${rules.join('; ')}` : ', by any rule'}`,
    logged: `no alert (no rule is known), but records on the ${scenario.telemetry.join(', ')} layer`,
    quiet: 'no alert, for this is legal; an alert is a defect of its rule',
  }[scenario.expected]
  const defects = Object.entries(scenario.knownDefects).flatMap(([product, known]) =>
    Object.entries(known).map(([rule, why]) => `${product} ${rule}: ${why}`),
  )
  const facts: [string, string][] = [
    ['clause', scenario.clause],
    ['ATT&CK', [scenario.analytic, ...scenario.techniques].join(', ')],
    ['expects', expects],
    ...(scenario.correlate.length > 0
      ? [
          ['joins', `records of ${scenario.correlate.join(' and ')}: which process is behind the connection`] as [
            string,
            string,
          ],
        ]
      : []),
    ['file', scenario.file],
  ]
  const lists: [string, string[]][] = [
    ['Known defects of rules', defects],
    ['Assumes', scenario.assumptions],
    ['Does not show', scenario.limits],
    ['References', scenario.references],
  ]
  return [
    bold(`${scenario.id}: ${scenario.title}`, stdout),
    '',
    wrap(scenario.description, stdout),
    '',
    ...facts.map(([name, value]) => `${name.padEnd(9)}${wrap(value, stdout, 9, 9)}`),
    ...lists.flatMap(([name, items]) =>
      items.length > 0 ? ['', `${name}:`, ...items.map((item) => `  - ${wrap(item, stdout, 4, 4)}`)] : [],
    ),
    ...learntLines(plays, stdout),
    ...plays.flatMap((each) => [
      '',
      bold(wrap(heading(scenario, each), stdout), stdout),
      ...('frames' in each ? frameLines(each, stdout) : processLines(each)),
    ]),
    '',
  ].join('\n')
}

/** Stimulus and control of a case learn the same, so the first stands for all. */
function learntLines([first]: readonly DescribedPlay[], stdout: Context['stdout']): string[] {
  return (first !== undefined && 'frames' in first ? (first.baseline ?? []) : []).flatMap((each) => {
    const { note, conversations, client, server, teaches, frameCount } = each
    const taught = teaches.length > 0 ? `; it teaches ${teaches.join(', ')}` : ''
    const title = `Learnt first: ${note}: ${counted(conversations, 'conversation')} of ${counted(frameCount, 'frame')}, ${client} to ${server}${taught}`
    return ['', bold(wrap(title, stdout), stdout), ...frameLines(each, stdout)]
  })
}

function heading(scenario: ScenarioDescription, play: DescribedPlay): string {
  const { kind, case: cell } = play
  const name = kind === 'stimulus' ? 'Anomaly' : scenario.stimulus === null ? 'Legal traffic' : 'Benign twin'
  return `${name}${cell ? ` (${cell})` : ''}: ${'frames' in play ? framesText(play) : processText(play)}`
}

function framesText({ frameCount, wire, because, baseline, client, server }: DescribedConversation): string {
  const between = baseline ? `, ${client} to ${server},` : ''
  return `${counted(frameCount, 'frame')}${between} on the ${wire} wire; ${because}`
}

function processText(play: DescribedProcess): string {
  return `${play.run.program} on the stage; ${listenerText(play)}`
}

function listenerText({ listener }: Performance): string {
  if (listener === null) return 'it is not to use the network'
  const port = listener.port === 0 ? '' : ` ${listener.port}`
  return listener.protocol === 'dial'
    ? `the listener connects to its port${port}`
    : `it talks to the listener's ${listener.protocol} port${port}`
}

function processLines({ files, run }: Performance): string[] {
  const made = files.map((file) => {
    const from =
      'copy' in file ? `a copy of ${file.copy}` : 'link' in file ? `a link to ${file.link}` : 'a file of its own'
    return `  ${file.path}: ${from}`
  })
  return [...made, `  ${run.argv.map((word) => JSON.stringify(word)).join(' ')}`]
}

function frameLines(
  { frames, frameCount }: Pick<DescribedConversation, 'frames' | 'frameCount'>,
  terminal: Context['stdout'],
): string[] {
  const lines = frames.slice(0, framesShown).map(({ from, bytes, delayMs, note }, index) => {
    const arrow = from === 'client' ? 'client -> server' : 'client <- server'
    const pause = delayMs > 0 ? `, ${delayMs} ms later` : ''
    return `  ${String(index + 1).padStart(3)}  ${arrow}  ${note}${dim(` (${bytes} bytes${pause})`, terminal)}`
  })
  return frameCount > framesShown ? [...lines, `       and ${frameCount - framesShown} more`] : lines
}

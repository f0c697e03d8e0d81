import { counted } from '../../reports/format.ts'
import { generators } from '../../generators/registry.ts'
import { type WireChoice, wireOf } from '../../generators/wires/choose.ts'
import type { AnalysedFrame } from '../analyser/analysed.ts'
import { explainTrial, mostFramesExplained } from '../campaign/explain-trial.ts'
import type { CommandDefinition } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { frameTree, markList } from '../cli/frame-tree.ts'
import { bold, dim } from '../cli/table.ts'
import { wrap } from '../cli/wrap.ts'
import { makeConversation } from '../plan/conversation.ts'
import type { Trial } from '../plan/trial.ts'
import type { LoadedScenario } from '../scenario/load.ts'
import { exampleTrial, trialOptions } from './example-trial.ts'
import { libraryOption, readScenario, scenarioFolder } from './inputs.ts'

export const explainCommand: CommandDefinition = {
  arguments: { '<scenario>': 'its id' },
  options: [libraryOption, ...trialOptions, { flags: '--json', description: 'as JSON, no frame left out' }],
  examples: [
    ['explain tcp-est-syn-fin', 'every field of every frame, and which are wrong'],
    ['explain tcp-est-syn-fin --control', 'the same for its benign twin'],
    ['explain tcp-fin-scan-services --case port=443 --json', 'one case of a matrix, for a program'],
  ],
  async run(context, options, [id]) {
    const scenario = readScenario(context, options, id)
    const trial = exampleTrial(scenario, options)
    const folder = scenarioFolder(context, options)
    const frames = explainTrial(scenario, trial, folder)
    const wire = wireOf(makeConversation(trial, generators, folder), trial.identity)
    context.out(
      options.json ? asJson(scenario, trial, frames, wire) : asText(scenario, trial, frames, wire, context.stdout),
    )
    return 0
  },
}

function asText(
  scenario: LoadedScenario,
  trial: Trial,
  frames: readonly AnalysedFrame[],
  { wire, reason }: WireChoice,
  terminal: Context['stdout'],
): string {
  const side = trial.kind === 'stimulus' ? 'the anomaly' : 'the benign twin'
  const where = trial.case === '' ? side : `${side}, case ${trial.case}`
  const marks = markList(frames, terminal)
  const cut = frames.length === mostFramesExplained ? 'the first ' : ''
  return [
    bold(`${scenario.id}: ${scenario.title}`, terminal),
    wrap(`${cut}${counted(frames.length, 'frame')} of ${where}, on the ${wire} wire; ${reason}`, terminal),
    dim(wrap('Addresses, ports and the marker are an example; each trial has its own.', terminal), terminal),
    ...frameTree(frames, terminal),
    '',
    ...(marks.length > 0 ? [bold('What stands out:', terminal), ...marks] : [nothing(trial)]),
    '',
  ].join('\n')
}

function nothing({ kind }: Trial): string {
  return kind === 'control'
    ? 'Nothing is wrong in any field.'
    : 'No field is wrong by itself: the anomaly lies in which frames are sent, when, and from where.'
}

function asJson(
  { id, title }: LoadedScenario,
  trial: Trial,
  frames: readonly AnalysedFrame[],
  { wire }: WireChoice,
): string {
  const { kind, case: cell, identity } = trial
  const inHex = (_key: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
  return `${JSON.stringify({ scenario: id, title, kind, case: cell, wire, identity, frames }, inHex, 2)}\n`
}
